{#-
  The portfolio's variance by component, after Euler: the covariance of a component with the whole. Components add to the
  variance, to 1, and to the volatility.

  attribution: relation or CTE with the columns of the macro factor_attribution.
  portfolio: of factor_portfolio_returns.
  Columns: those of factor_risk (docs/factor_models.md).
-#}
{%- macro factor_risk(attribution, portfolio) -%}
with covariances as (

    select
        attribution.model,
        attribution.method,
        attribution.component,
        count(*) as n_obs,
        case
            when attribution.component in ('mean', 'alpha') then 0
            else covar_samp(attribution.contribution, portfolio.portfolio_return)
        end as variance_contribution,
        -- a return that does not vary beyond rounding has no variance to share
        case
            when max(portfolio.portfolio_return) - min(portfolio.portfolio_return) <= 1e-12 then 0
            else var_samp(portfolio.portfolio_return)
        end as portfolio_variance
    from {{ attribution }} as attribution
    inner join {{ portfolio }} as portfolio
        on attribution.model = portfolio.model and attribution.date = portfolio.date
    group by attribution.model, attribution.method, attribution.component

),

shares as (

    select
        *,
        {{ whence.safe_divide('variance_contribution', 'portfolio_variance') }} as variance_share
    from covariances

),

-- shares of the sizes, as factors that correlate can have negative ones
sizes as (

    select
        *,
        {{ whence.safe_divide(
            'abs(variance_share)', 'sum(abs(variance_share)) over (partition by model, method)'
        ) }} as size_share
    from shares

),

bets as (

    select
        *,
        exp(-sum(case when size_share > 0 then size_share * ln(size_share) else 0 end) over (partition by model, method))
            as effective_bets
    from sizes

)

select
    model,
    method,
    component,
    variance_contribution,
    variance_share,
    {{ whence.safe_divide('variance_contribution', 'sqrt(portfolio_variance)') }} as volatility_contribution,
    case when portfolio_variance > 0 then effective_bets end as effective_bets,
    n_obs
from bets
{%- endmacro -%}
