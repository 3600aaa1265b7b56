{#-
  Which series are compared with which: members of every scope, those alone that have returns.

  resolved: as resolved_proxies returns it.
  universe: relation or CTE with the columns of proxy_universe.
  members: of proxy_members.
  quality: of proxy_quality.
  choices: of int_factor_proxies__macro_choices.
  Columns: scope (all, each category, industry:<granularity>, style:<key>, macro_composite, macro_etf, user_group), series.
-#}
{%- macro proxy_scopes(resolved, universe, members, quality, choices) -%}
{%- set granularity = whence.proxy_settings(resolved).granularity -%}
with tickers as (

    select universe.*
    from {{ universe }} as universe
    where universe.is_active

),

composites as (

    select distinct
        series,
        composite_kind
    from {{ members }}

),

listed as (

    select
        'all' as scope,
        ticker as series
    from tickers

    union all

    select
        category as scope,
        ticker as series
    from tickers
    where category is not null

    union all

    select
        'style:' || proxy_key as scope,
        ticker as series
    from tickers
    where category = 'style' and proxy_key is not null

    union all

    select
        'industry:{{ granularity }}' as scope,
        series
    from composites
    where composite_kind = 'industry'

    union all

    -- an industry without a group stays itself
    select
        'industry:{{ granularity }}' as scope,
        ticker as series
    from tickers
    where
        category = 'industry'
        and ticker not in (select ticker from {{ members }} where composite_kind = 'industry')

    union all

    select
        'macro_composite' as scope,
        series
    from composites
    where composite_kind = 'macro'

    union all

    select
        'macro_etf' as scope,
        series
    from {{ choices }}
    where is_chosen

    union all

    select
        'user_group' as scope,
        series
    from composites
    where composite_kind = 'user_group'

)

select
    listed.scope,
    listed.series
from listed
inner join {{ quality }} as quality on listed.series = quality.series
where quality.n_months > 0
{%- endmacro -%}
