{#-
  What each asset adds to the portfolio's volatility: marginal contribution cov(asset, portfolio) / volatility, times the
  weight. Over the dates that the method attributes, so that assets add to the same whole as components do.

  assets: relation or CTE with the columns of factor_asset_samples.
  returns: of factor_asset_returns.
  attribution: of the macro factor_attribution.
  portfolio: of factor_portfolio_returns.
  Columns: those of factor_asset_risk (docs/factor_models.md).
-#}
{%- macro factor_asset_risk(assets, returns, attribution, portfolio) -%}
with attributed as (

    select
        attribution.model,
        attribution.method,
        attribution.date,
        portfolio.portfolio_return
    from {{ attribution }} as attribution
    inner join {{ portfolio }} as portfolio
        on attribution.model = portfolio.model and attribution.date = portfolio.date
    where attribution.component = 'residual'

),

wholes as (

    select
        model,
        method,
        -- a return that does not vary beyond rounding has no variance to share
        case
            when max(portfolio_return) - min(portfolio_return) <= 1e-12 then 0
            else var_samp(portfolio_return)
        end as portfolio_variance
    from attributed
    group by model, method

),

covariances as (

    select
        attributed.model,
        attributed.method,
        returns.asset_number,
        covar_samp(returns.asset_return, attributed.portfolio_return) as covariance
    from {{ returns }} as returns
    inner join {{ assets }} as assets on returns.asset_number = assets.asset_number
    inner join attributed on assets.model = attributed.model and returns.date = attributed.date
    group by attributed.model, attributed.method, returns.asset_number

)

select
    wholes.model,
    wholes.method,
    assets.asset,
    assets.weight,
    {{ whence.safe_divide('covariances.covariance', 'sqrt(wholes.portfolio_variance)') }} as marginal_contribution,
    {{ whence.safe_divide('assets.weight * covariances.covariance', 'sqrt(wholes.portfolio_variance)') }}
        as volatility_contribution,
    {{ whence.safe_divide('assets.weight * covariances.covariance', 'wholes.portfolio_variance') }} as variance_share
from wholes
inner join {{ assets }} as assets on wholes.model = assets.model
left join covariances
    on
        wholes.model = covariances.model
        and wholes.method = covariances.method
        and assets.asset_number = covariances.asset_number
where assets.weight is not null
{%- endmacro -%}
