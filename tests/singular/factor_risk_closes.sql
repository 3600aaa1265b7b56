{{ config(enabled='factor_models' in var('whence_domains', ['factor_models'])) }}

-- Components and assets add to the same variance and volatility: those of the portfolio on the dates that a method
-- attributes.
with factor_attribution as (

    select * from {{ ref('factor_attribution') }}

),

factor_risk as (

    select * from {{ ref('factor_risk') }}

),

factor_asset_risk as (

    select * from {{ ref('factor_asset_risk') }}

),

portfolio_returns as (

    select
        model,
        method,
        date,
        sum(contribution) as portfolio_return
    from factor_attribution
    group by 1, 2, 3

),

wholes as (

    select
        model,
        method,
        case
            when max(portfolio_return) - min(portfolio_return) > 1e-12 then var_samp(portfolio_return)
        end as portfolio_variance
    from portfolio_returns
    group by 1, 2

),

components as (

    select
        model,
        method,
        sum(variance_contribution) as variance,
        sum(volatility_contribution) as volatility,
        sum(abs(variance_contribution)) as size
    from factor_risk
    group by 1, 2

),

assets as (

    select
        model,
        method,
        sum(volatility_contribution) as volatility,
        sum(abs(volatility_contribution)) as size
    from factor_asset_risk
    group by 1, 2

)

select
    wholes.*,
    components.variance as component_variance,
    components.volatility as component_volatility,
    assets.volatility as asset_volatility
from wholes
left join components on wholes.model = components.model and wholes.method = components.method
left join assets on wholes.model = assets.model and wholes.method = assets.method
where
    wholes.portfolio_variance > 0
    and (
        components.variance is null
        or assets.volatility is null
        or abs(components.variance - wholes.portfolio_variance)
        > 1e-9 * wholes.portfolio_variance + 1e-12 * components.size
        or abs(components.volatility * components.volatility - wholes.portfolio_variance)
        > 1e-9 * wholes.portfolio_variance + 1e-12 * components.size
        or abs(assets.volatility - sqrt(wholes.portfolio_variance))
        > 1e-9 * sqrt(wholes.portfolio_variance) + 1e-12 * assets.size
    )
