-- How many exposures does the portfolio have in effect, and which of them hold its risk? Covariances are of the months
-- that two exposures share; pairs with too few of them count as unrelated, and n_unknown says how many.
with specs as (

    select * from {{ ref('int_factor_proxies__specs') }}

),

exposures as (

    select * from {{ ref('proxy_exposures') }}

),

returns as (

    select * from {{ ref('proxy_returns') }}

),

pairs as (

    -- of exposures without a proxy there is no month
    select
        own.portfolio,
        own.factor,
        other.factor as other_factor,
        max(own.exposure * other.exposure) as exposures,
        count(other_returns.monthly_return) as n_obs,
        12 * {{ whence.finite('covar_samp(own_returns.monthly_return, other_returns.monthly_return)') }} as covariance
    from exposures as own
    inner join exposures as other on own.portfolio = other.portfolio
    left join returns as own_returns on own.factor = own_returns.series
    left join returns as other_returns
        on other.factor = other_returns.series and own_returns.month_end = other_returns.month_end
    group by own.portfolio, own.factor, other.factor

),

known as (

    select
        pairs.*,
        pairs.n_obs >= specs.min_observations and pairs.covariance is not null as is_known,
        max(case when pairs.factor = pairs.other_factor then pairs.n_obs end) over (
            partition by pairs.portfolio, pairs.factor
        ) >= specs.min_observations
        and max(case when pairs.factor = pairs.other_factor then pairs.n_obs end) over (
            partition by pairs.portfolio, pairs.other_factor
        ) >= specs.min_observations as is_priced
    from pairs
    cross join specs

),

contributions as (

    -- the part of an exposure in the variance of all: its covariance with the whole
    select
        portfolio,
        factor,
        sum(case when is_known then exposures * covariance end) as variance_part,
        sum(case when is_priced and not is_known then 1 else 0 end) as n_unknown
    from known
    group by portfolio, factor

),

totals as (

    select
        exposures.portfolio,
        sum(contributions.variance_part) as variance,
        sum(abs(exposures.exposure)) as gross_exposure,
        sum(exposures.exposure * exposures.exposure) as squared_exposure
    from exposures
    inner join contributions
        on exposures.portfolio = contributions.portfolio and exposures.factor = contributions.factor
    group by exposures.portfolio

),

final as (

    select
        exposures.portfolio,
        exposures.factor,
        exposures.exposure,
        {{ whence.safe_divide('abs(exposures.exposure)', 'totals.gross_exposure') }} as share_of_exposure,
        case
            when totals.variance > 0
                then {{ whence.safe_divide('contributions.variance_part', 'totals.variance') }}
        end as share_of_variance,
        -- as many equal exposures would be as concentrated (inverse of Herfindahl's index)
        {{ whence.safe_divide('totals.gross_exposure * totals.gross_exposure', 'totals.squared_exposure') }}
            as effective_exposures,
        case when totals.variance > 0 then sqrt(totals.variance) end as volatility,
        exposures.status,
        contributions.n_unknown
    from exposures
    inner join totals on exposures.portfolio = totals.portfolio
    inner join contributions
        on exposures.portfolio = contributions.portfolio and exposures.factor = contributions.factor

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.round_significant('share_of_variance', digits=9) }} desc nulls last,
    {{ whence.text_order('factor') }}
