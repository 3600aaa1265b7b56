{#-
  What composites and user groups are made of, and from when on: of composites, the active tickers that have returns; groups
  where categories has user_group.

  resolved: as resolved_proxies returns it.
  universe: relation or CTE with the columns of proxy_universe.
  industries: of the seed proxy_industries.
  etf_returns: of proxy_etf_returns.
  group_weights: of proxy_group_weights.
  market_caps: of the role market_caps.
  Columns: series, series_kind (composite or group), composite_kind (macro, industry or user_group), ticker, valid_from, weight.
  Macro composites are named after their asset class, industry composites after their sector group, industry or subindustry;
  an industry without one stays itself and is no composite. By composite_weighting members of a composite weigh 1 each, or
  their latest market capitalisation up to the first day of a month; one without any yet is no member.
-#}
{%- macro proxy_members(resolved, universe, industries, etf_returns, group_weights, market_caps) -%}
{%- set settings = whence.proxy_settings(resolved) -%}
{%- set is_by_cap = settings.composite_weighting == 'market_cap' -%}
{%- set industry = {'group': 'universe.sector_group', 'industry': 'industries.industry'}.get(
    settings.granularity, 'coalesce(industries.subindustry, industries.industry)'
) -%}
{%- set month_start = whence.truncate_date('month', 'date') -%}
with priced as (

    select universe.*
    from {{ universe }} as universe
    where universe.is_active and universe.ticker in (select series from {{ etf_returns }})

),

composites as (

    select
        asset_class as series,
        'macro' as composite_kind,
        ticker
    from priced
    where asset_class is not null

    union all

    select
        {{ industry }} as series,
        'industry' as composite_kind,
        universe.ticker
    from priced as universe
    left join {{ industries }} as industries on universe.ticker = industries.ticker
    where universe.category = 'industry' and {{ industry }} is not null

),

month_caps as (

    -- the latest of those that are known on the first day of a month, and not on that of the month before
    select
        ticker,
        valid_from,
        market_cap
    from (
        select
            ticker,
            valid_from,
            market_cap,
            row_number() over (partition by ticker, valid_from order by date desc, market_cap desc) as age
        from (
            select
                ticker,
                date,
                market_cap,
                case when date = {{ month_start }} then date else {{ whence.add_months(month_start, 1) }} end as valid_from
            from {{ market_caps }}
            where market_cap > 0 and date is not null and {{ '1 = 1' if is_by_cap else '1 = 0' }}
        ) as known
    ) as aged
    where age = 1

),

compositions as (

    select distinct
        composites.series,
        composites.composite_kind,
        month_caps.valid_from
    from composites
    inner join month_caps on composites.ticker = month_caps.ticker

),

latest as (

    select
        compositions.series,
        compositions.composite_kind,
        compositions.valid_from,
        composites.ticker,
        max(month_caps.valid_from) as cap_month
    from compositions
    inner join composites
        on compositions.series = composites.series and compositions.composite_kind = composites.composite_kind
    inner join month_caps
        on composites.ticker = month_caps.ticker and month_caps.valid_from <= compositions.valid_from
    group by compositions.series, compositions.composite_kind, compositions.valid_from, composites.ticker

),

weighted as (

    select
        latest.series,
        latest.composite_kind,
        latest.ticker,
        latest.valid_from,
        month_caps.market_cap as weight
    from latest
    inner join month_caps on latest.ticker = month_caps.ticker and latest.cap_month = month_caps.valid_from

    union all

    select
        series,
        composite_kind,
        ticker,
        date '1900-01-01' as valid_from,
        cast(1 as {{ whence.type_double() }}) as weight
    from composites
    where {{ '1 = 0' if is_by_cap else '1 = 1' }}

)

select
    series,
    'composite' as series_kind,
    composite_kind,
    ticker,
    valid_from,
    weight
from weighted

union all

select
    factor_group as series,
    'group' as series_kind,
    'user_group' as composite_kind,
    ticker,
    valid_from,
    weight
from {{ group_weights }}
{%- if 'user_group' not in settings.categories %}
where 1 = 0
{%- endif %}
{%- endmacro -%}
