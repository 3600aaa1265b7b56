{#-
  What composites and user groups are made of, and from when on: of composites, the active
  tickers that have returns.

  resolved: as resolved_proxies returns it.
  universe: relation or CTE with the columns of proxy_universe.
  industries: of the seed proxy_industries.
  etf_returns: of proxy_etf_returns.
  group_weights: of proxy_group_weights.
  Columns: series, series_kind (composite or group), composite_kind (macro, industry or user_group), ticker, valid_from, weight.
  Macro composites are named after their asset class, industry composites after their sector group, industry or subindustry;
  an industry without one stays itself and is no composite.
-#}
{%- macro proxy_members(resolved, universe, industries, etf_returns, group_weights) -%}
{%- set granularity = resolved.granularity if resolved is not none else 'group' -%}
{%- set industry = {'group': 'universe.sector_group', 'industry': 'industries.industry'}.get(
    granularity, 'coalesce(industries.subindustry, industries.industry)'
) -%}
with priced as (

    select universe.*
    from {{ universe }} as universe
    where universe.is_active and universe.ticker in (select series from {{ etf_returns }})

)

select
    asset_class as series,
    'composite' as series_kind,
    'macro' as composite_kind,
    ticker,
    date '1900-01-01' as valid_from,
    cast(1 as {{ whence.type_double() }}) as weight
from priced
where asset_class is not null

union all

select
    {{ industry }} as series,
    'composite' as series_kind,
    'industry' as composite_kind,
    universe.ticker,
    date '1900-01-01' as valid_from,
    cast(1 as {{ whence.type_double() }}) as weight
from priced as universe
left join {{ industries }} as industries on universe.ticker = industries.ticker
where universe.category = 'industry' and {{ industry }} is not null

union all

select
    factor_group as series,
    'group' as series_kind,
    'user_group' as composite_kind,
    ticker,
    valid_from,
    weight
from {{ group_weights }}
{%- endmacro -%}
