{#-
  What every factor model was estimated from, and whether it could be.

  specs: relation or CTE with the columns of factor_spec_rows.
  dates: of factor_dates.
  assets: of factor_asset_samples.
  portfolio: of factor_portfolio_returns.
  components: of int_factor_models__principal_components.
  betas: of int_factor_models__betas.
  Columns: those of factor_models (docs/factor_models.md).
-#}
{%- macro factor_models(specs, dates, assets, portfolio, components, betas) -%}
with calendars as (

    select
        model,
        max(frequency) as frequency,
        min(case when in_window then date end) as first_date,
        max(case when in_window then date end) as last_date
    from {{ dates }}
    group by model

),

counted_assets as (

    select
        model,
        count(*) as n_assets,
        sum(case when status in ('ok', 'constant') then 1 else 0 end) as n_taking_part,
        sum(case when weight <> 0 then 1 else 0 end) as n_held,
        sum(weight) as net_weight,
        sum(abs(weight)) as gross_weight
    from {{ assets }}
    group by model

),

counted_dates as (

    select
        model,
        count(*) as n_dates,
        count(portfolio_return) as n_portfolio_dates
    from {{ portfolio }}
    group by model

),

counted_factors as (

    select
        model,
        sum(case when item = 'factor' and is_retained then 1 else 0 end) as n_factors,
        max(case when item = 'model' then n_used end) as n_pca_dates,
        max(case when item = 'model' then status end) as pca_status,
        max(case when item = 'model' then reason end) as pca_reason
    from {{ components }}
    group by model

),

regressed as (

    select
        model,
        max(n_obs) as n_regression_dates,
        max(case when factor = 'alpha' then status end) as regression_status,
        {{ whence.join_texts('distinct_reason', '; ', 'first_position') }} as regression_reason
    from (
        select
            model,
            factor,
            status,
            n_obs,
            factor_position,
            min(factor_position) over (partition by model, reason) as first_position,
            case
                when row_number() over (partition by model, reason order by factor_position) = 1 then reason
            end as distinct_reason
        from {{ betas }}
        where asset = 'PORTFOLIO'
    ) as portfolio_betas
    group by model

)

select
    specs.model,
    calendars.frequency,
    calendars.first_date,
    calendars.last_date,
    cast(coalesce(counted_assets.n_assets, 0) as bigint) as n_assets,
    cast(coalesce(counted_assets.n_taking_part, 0) as bigint) as n_assets_used,
    cast(coalesce(counted_assets.n_held, 0) as bigint) as n_assets_held,
    counted_assets.net_weight,
    counted_assets.gross_weight,
    cast(coalesce(counted_dates.n_dates, 0) as bigint) as n_dates,
    cast(coalesce(counted_dates.n_portfolio_dates, 0) as bigint) as n_portfolio_dates,
    cast(coalesce(counted_dates.n_dates - counted_dates.n_portfolio_dates, 0) as bigint) as n_dates_left_out,
    cast(coalesce(counted_factors.n_pca_dates, 0) as bigint) as n_pca_dates,
    cast(coalesce(counted_factors.n_factors, 0) as bigint) as n_factors,
    counted_factors.pca_status,
    counted_factors.pca_reason,
    cast(regressed.n_regression_dates as bigint) as n_regression_dates,
    regressed.regression_status,
    regressed.regression_reason,
    specs.spec_json
from {{ specs }} as specs
left join calendars on specs.model = calendars.model
left join counted_assets on specs.model = counted_assets.model
left join counted_dates on specs.model = counted_dates.model
left join counted_factors on specs.model = counted_factors.model
left join regressed on specs.model = regressed.model
{%- endmacro -%}
