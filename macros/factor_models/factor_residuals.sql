{#-
  What the factors leave of the portfolio's return, date by date, and how far out it lies: robust z = (residual - median)
  / (1.4826 * median absolute deviation) (Iglewicz and Hoaglin 1993); null where that deviation is rounding.

  specs: relation or CTE with the columns of factor_spec_rows.
  attribution: of the macro factor_attribution.
  Columns: those of factor_residuals (docs/factor_models.md).
-#}
{%- macro factor_residuals(specs, attribution) -%}
with residuals as (

    select
        model,
        method,
        date,
        contribution as residual
    from {{ attribution }}
    where component = 'residual'

),

medians as (

    select
        model,
        method,
        {{ whence.percentile('residual', 0.5) }} as median_residual
    from residuals
    group by model, method

),

deviations as (

    select
        residuals.model,
        residuals.method,
        {{ whence.percentile('abs(residuals.residual - medians.median_residual)', 0.5) }} as median_deviation
    from residuals
    inner join medians on residuals.model = medians.model and residuals.method = medians.method
    group by residuals.model, residuals.method

),

scored as (

    select
        residuals.*,
        specs.outlier_z,
        abs(residuals.residual - medians.median_residual) as distance,
        -- 1.4826: the median absolute deviation of a normal variable times this is its standard deviation
        {{ whence.safe_divide(
            'residuals.residual - medians.median_residual',
            '1.482602218505602 * case when deviations.median_deviation > 1e-13 then deviations.median_deviation end'
        ) }} as robust_z
    from residuals
    inner join {{ specs }} as specs on residuals.model = specs.model
    inner join medians on residuals.model = medians.model and residuals.method = medians.method
    inner join deviations on residuals.model = deviations.model and residuals.method = deviations.method

)

select
    model,
    method,
    date,
    residual,
    robust_z,
    cast(row_number() over (
        partition by model, method
        order by {{ whence.round_significant('distance') }} desc, date
    ) as integer) as residual_rank,
    coalesce(abs(robust_z) > outlier_z, false) as is_outlier
from scored
{%- endmacro -%}
