-- Which series diversify the portfolio best: which move least with it, and what do they earn? The portfolio's return is
-- that of its exposures, of months in which all of those with a proxy have one.
with specs as (

    select * from {{ ref('int_factor_proxies__specs') }}

),

exposures as (

    select * from {{ ref('proxy_exposures') }}

),

returns as (

    select * from {{ ref('proxy_returns') }}

),

performance as (

    select * from {{ ref('proxy_performance') }}

),

months as (

    select
        exposures.portfolio,
        returns.month_end,
        count(*) as n_exposures,
        sum(exposures.exposure * returns.monthly_return) as portfolio_return
    from exposures
    inner join returns on exposures.factor = returns.series
    where returns.monthly_return is not null
    group by exposures.portfolio, returns.month_end

),

held as (

    select
        portfolio,
        count(*) as n_exposures
    from exposures
    where has_proxy
    group by portfolio

),

correlations as (

    select
        months.portfolio,
        returns.series,
        {{ whence.finite('corr(months.portfolio_return, returns.monthly_return)') }} as correlation,
        count(returns.monthly_return) as n_obs
    from months
    inner join held on months.portfolio = held.portfolio and months.n_exposures = held.n_exposures
    inner join returns on months.month_end = returns.month_end
    where returns.series_kind = 'etf'
    group by months.portfolio, returns.series

),

final as (

    select
        correlations.portfolio,
        correlations.series,
        correlations.correlation,
        performance.sharpe_ratio,
        performance.volatility,
        exposures.exposure,
        performance.annual_return,
        correlations.n_obs
    from correlations
    cross join specs
    left join performance on correlations.series = performance.series
    left join exposures
        on correlations.portfolio = exposures.portfolio and correlations.series = exposures.factor
    where
        correlations.n_obs >= specs.min_observations
        and correlations.correlation is not null

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.round_significant('correlation', digits=9) }},
    {{ whence.text_order('series') }}
