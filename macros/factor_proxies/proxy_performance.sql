{#-
  How every series has done: return, risk, and what was earned for it.

  resolved: as resolved_proxies returns it.
  universe: relation or CTE with the columns of proxy_universe.
  returns: of proxy_returns.
  dividend_yields: of proxy_dividend_yields.
  Columns: those of proxy_performance (docs/factor_proxies.md).
-#}
{%- macro proxy_performance(resolved, universe, returns, dividend_yields) -%}
{%- set double = whence.type_double() -%}
{#- ranks and words are of series that estimates stand on -#}
{%- set settings = whence.proxy_settings(resolved) -%}
{%- set is_long = 'ratios.n_months >= ' ~ settings.min_observations -%}
{%- set benchmark = whence.text_literal(settings.benchmarks[0]) -%}
with growing as (

    select
        series,
        series_kind,
        month_end,
        monthly_return,
        excess_return,
        case when monthly_return > -1 then ln(1 + monthly_return) else -700 end as log_growth
    from {{ returns }}

),

wealthy as (

    select
        *,
        sum(log_growth) over (partition by series order by month_end) as log_wealth
    from growing

),

drawn as (

    select
        *,
        -- wealth starts at 1
        greatest(max(log_wealth) over (partition by series order by month_end), 0) as log_peak
    from wealthy

),

paired as (

    select
        drawn.*,
        market.excess_return as market_excess
    from drawn
    left join growing as market
        on drawn.month_end = market.month_end and market.series = {{ benchmark }} and market.series_kind = 'etf'

),

measured as (

    select
        series,
        series_kind,
        count(*) as n_months,
        count(excess_return) as n_excess,
        exp(least(greatest(sum(log_growth), -700), 700)) as final_wealth,
        stddev_samp(monthly_return) * sqrt(12) as volatility,
        avg(excess_return) as mean_excess,
        stddev_samp(excess_return) as sd_excess,
        sqrt(avg(case when excess_return < 0 then excess_return * excess_return else excess_return * 0 end)) as downside,
        min(exp(greatest(log_wealth - log_peak, -700))) - 1 as max_drawdown,
        case
            when count(market_excess) >= 2
                then {{ whence.safe_divide('covar_samp(excess_return, market_excess)', 'var_samp(case when excess_return is not null then market_excess end)') }}
        end as beta
    from paired
    group by series, series_kind

),

ratios as (

    -- what varies by less is the rounding of prices: bills in excess of themselves
    select
        *,
        exp(least(greatest(ln(final_wealth) * 12 / n_months, -700), 700)) - 1 as annual_return,
        {{ whence.safe_divide('sqrt(12) * mean_excess', 'case when sd_excess > 1e-8 then sd_excess end') }} as sharpe_ratio,
        {{ whence.safe_divide('sqrt(12) * mean_excess', 'case when downside > 1e-8 then downside end') }} as sortino_ratio
    from measured

)

select
    ratios.series,
    cast(ratios.n_months as bigint) as n_months,
    ratios.annual_return,
    ratios.volatility,
    ratios.sharpe_ratio,
    sqrt((1 + ratios.sharpe_ratio * ratios.sharpe_ratio / 24) * 12 / ratios.n_excess) as sharpe_standard_error,
    ratios.sortino_ratio,
    ratios.max_drawdown,
    {{ whence.safe_divide('ratios.annual_return', 'abs(ratios.max_drawdown)') }} as calmar_ratio,
    ratios.beta,
    dividend_yields.dividend_yield,
    case
        when ratios.sharpe_ratio is not null and {{ is_long }}
            then cast(rank() over (
                partition by coalesce(universe.category, ratios.series_kind), {{ is_long }}
                order by {{ whence.round_significant('ratios.sharpe_ratio') }} desc nulls last
            ) as integer)
    end as category_rank,
    case
        when {{ is_long }}
            then {{ whence.proxy_risk_words(settings, 'ratios.volatility', 'ratios.max_drawdown', 'ratios.beta') }}
    end as risk_characteristics
from ratios
left join {{ universe }} as universe on ratios.series = universe.ticker and ratios.series_kind = 'etf'
left join {{ dividend_yields }} as dividend_yields on ratios.series = dividend_yields.series
{%- endmacro -%}
