{#-
  The portfolio's return of every date, taken apart: exposure times factor return for each factor, the mean or alpha, the
  risk-free rate, and what is left.

  exposures: relation or CTE with the columns of factor_portfolio_exposures.
  factor_returns: of the macro factor_returns.
  values: of factor_known_values, for the risk-free rate.
  portfolio: of factor_portfolio_returns.
  Columns: those of factor_attribution (docs/factor_models.md).
-#}
{%- macro factor_attribution(exposures, factor_returns, values, portfolio) -%}
with varying as (

    select
        model,
        method,
        date,
        factor as component,
        factor_return
    from {{ factor_returns }}
    where is_in_model
    union all
    select
        model,
        'regression' as method,
        date,
        factor as component,
        value as factor_return
    from {{ values }}
    where factor_position = 0 and value is not null

),

parts as (

    select
        varying.model,
        varying.method,
        varying.date,
        varying.component,
        exposures.exposure * varying.factor_return as contribution,
        portfolio.portfolio_return,
        count(*) over (partition by varying.model, varying.method, varying.date) as n_parts
    from varying
    inner join {{ exposures }} as exposures
        on
            varying.model = exposures.model
            and varying.method = exposures.method
            and varying.component = exposures.component
    inner join {{ portfolio }} as portfolio on varying.model = portfolio.model and varying.date = portfolio.date
    where portfolio.portfolio_return is not null

),

constants as (

    select
        model,
        method,
        sum(case when component in ('mean', 'alpha') then exposure end) as constant_return,
        max(case when component in ('mean', 'alpha') then component end) as component,
        sum(case when component in ('mean', 'alpha') then 0 else 1 end) as n_varying
    from {{ exposures }}
    group by model, method

),

-- dates on which every factor has a return
complete as (

    select
        parts.model,
        parts.method,
        parts.date,
        parts.component,
        parts.contribution,
        parts.portfolio_return,
        constants.component as constant_component,
        constants.constant_return
    from parts
    inner join constants
        on
            parts.model = constants.model
            and parts.method = constants.method
            and parts.n_parts = constants.n_varying
    where constants.component is not null

),

wholes as (

    select
        model,
        method,
        date,
        constant_component,
        constant_return,
        max(portfolio_return) as portfolio_return,
        {{ whence.sum_double('contribution') }} as varying_return,
        sum(abs(contribution)) as size
    from complete
    group by model, method, date, constant_component, constant_return

),

united as (

    select
        model,
        method,
        date,
        component,
        contribution
    from complete
    union all
    select
        model,
        method,
        date,
        constant_component as component,
        constant_return as contribution
    from wholes
    union all
    select
        model,
        method,
        date,
        'residual' as component,
        -- what rounding leaves is no residual
        case
            when
                abs(portfolio_return - varying_return - constant_return)
                > 1e-13 * (abs(portfolio_return) + size + abs(constant_return))
                then portfolio_return - varying_return - constant_return
            else 0
        end as contribution
    from wholes

)

select
    model,
    method,
    date,
    component,
    -- no negative zeros
    contribution + 0 as contribution
from united
{%- endmacro -%}
