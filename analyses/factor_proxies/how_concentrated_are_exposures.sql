-- How many exposures does the portfolio have in effect, and which of them hold its risk?
with exposures as (

    select * from {{ ref('proxy_exposures') }}

),

performance as (

    select * from {{ ref('proxy_performance') }}

),

correlations as (

    select * from {{ ref('proxy_correlations') }}

),

priced as (

    select
        exposures.portfolio,
        exposures.factor,
        exposures.exposure,
        exposures.exposure * performance.volatility as exposed_volatility
    from exposures
    inner join performance on exposures.factor = performance.series

),

contributions as (

    -- the part of an exposure in the variance of all: its covariance with the whole
    select
        own.portfolio,
        own.factor,
        max(own.exposure) as exposure,
        sum(own.exposed_volatility * other.exposed_volatility * correlations.correlation) as variance_part
    from priced as own
    inner join priced as other on own.portfolio = other.portfolio
    inner join correlations
        on
            correlations.scope = 'all'
            and own.factor = correlations.series_a
            and other.factor = correlations.series_b
    group by own.portfolio, own.factor

),

totals as (

    select
        portfolio,
        sum(variance_part) as variance,
        sum(abs(exposure)) as gross_exposure,
        sum(exposure * exposure) as squared_exposure
    from contributions
    group by portfolio

),

final as (

    select
        contributions.portfolio,
        contributions.factor,
        contributions.exposure,
        {{ whence.safe_divide('abs(contributions.exposure)', 'totals.gross_exposure') }} as share_of_exposure,
        {{ whence.safe_divide('contributions.variance_part', 'totals.variance') }} as share_of_variance,
        sqrt(totals.variance) as volatility,
        -- as many equal exposures would be as concentrated (inverse of Herfindahl's index)
        {{ whence.safe_divide('totals.gross_exposure * totals.gross_exposure', 'totals.squared_exposure') }}
            as effective_exposures
    from contributions
    inner join totals on contributions.portfolio = totals.portfolio
    where totals.variance > 0

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.round_significant('share_of_variance') }} desc,
    {{ whence.text_order('factor') }}
