{#-
  Stops the build where one name stands for two series, whose returns would be put together: a ticker, a composite of an
  asset class or of an industry, a user group.

  resolved: as resolved_proxies returns it.
  universe: relation of proxy_universe.
  etf_returns, members: relations of the models int_factor_proxies__ of these names.
-#}
{%- macro check_proxy_series(resolved, universe, etf_returns, members) -%}
  {%- if whence.is_building() and not flags.EMPTY and resolved is not none -%}
    {%- set shared -%}
select
    series,
    min(kind) as kind,
    max(kind) as other_kind
from (
    select
        ticker as series,
        'ticker' as kind
    from {{ universe }}
    where is_active and ticker in (select series from {{ etf_returns }})

    union all

    select distinct
        series,
        case composite_kind
            when 'macro' then 'composite of an asset class'
            when 'industry' then 'composite of an industry'
            else 'user group'
        end as kind
    from {{ members }}
) as named
group by series
having count(*) > 1
order by {{ whence.text_order('series') }}
    {%- endset -%}
    {%- for series, kind, other_kind in run_query(shared).rows -%}
      {%- do whence.config_error(
        resolved.field, "'" ~ series ~ "' is the name of a " ~ kind ~ ' and of a ' ~ other_kind
        ~ '; expected names of their own: rename the group, or the asset_class or sector_group in universe'
      ) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
