{#-
  What the tables were made of: one row.

  resolved: as resolved_proxies returns it.
  universe: relation or CTE with the columns of proxy_universe.
  quality: of proxy_quality.
  Columns: those of proxy_metadata (docs/factor_proxies.md).
-#}
{%- macro proxy_metadata(resolved, universe, quality) -%}
{%- set text = whence.type_text() -%}
{%- set line = "category || '|' || ticker" -%}
{%- set thresholds = {} -%}
{%- for name, rule in whence.proxy_rules().items()
    if resolved is not none and rule.type in ['integer', 'number'] and resolved[name] is not none -%}
    {%- do thresholds.update({name: resolved[name]}) -%}
{%- endfor -%}
with members as (

    select
        md5({{ whence.join_texts(line, '\n', whence.text_order(line)) }}) as universe_hash,
        {{ whence.join_texts("case when tier_rank = 1 then source_tier end", ', ', whence.text_order('source_tier')) }} as source_tiers
    from (
        select
            category,
            ticker,
            source_tier,
            row_number() over (partition by source_tier order by {{ whence.text_order('ticker') }}) as tier_rank
        from {{ universe }}
        where is_active
    ) as active

),

series as (

    select
        count(*) as n_series,
        min(first_month) as first_month,
        max(last_month) as last_month
    from {{ quality }}
    where n_months > 0

)

select
    'latest' as run,
    members.universe_hash,
    series.n_series,
    series.first_month,
    series.last_month,
    members.source_tiers,
    {{ whence.text_literal(tojson(thresholds)) }} as thresholds
from members
cross join series
where {{ '1 = 1' if resolved is not none else '1 = 0' }}
{%- endmacro -%}
