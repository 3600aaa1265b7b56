{#-
  What each driver of a regression contributes: coefficient times the change of the driver's total, with the standard
  error of that; the intercept times the change in cells; the rest as residual.

  regressions: relation or CTE with the columns of int_metric_change__regressions.
  totals: relation or CTE with the columns of metric_driver_totals.
  Columns: analysis, period_end, metric, driver, is_reserved, baseline_value, current_value, contribution, standard_error,
  metric_baseline, metric_current, note, explained_standard_error.
-#}
{%- macro metric_regression_contributions(regressions, totals) -%}
{%- set double = whence.type_double() -%}
with metrics as (

    select
        totals.analysis,
        totals.period_end,
        totals.metric,
        totals.baseline_value as metric_baseline,
        totals.current_value as metric_current,
        case
            when max(regressions.fit_status) = 'insufficient_sample' then 'too few days or cells for a regression'
            else 'left out: ' || max(regressions.dropped)
        end as note,
        max(regressions.explained_standard_error) as explained_standard_error,
        coalesce({{ whence.sum_double('regressions.contribution') }}, 0) as explained
    from {{ totals }} as totals
    inner join {{ regressions }} as regressions
        on totals.analysis = regressions.analysis and totals.metric = regressions.metric
    where totals.driver_set = 'identity'
    group by totals.analysis, totals.period_end, totals.metric, totals.baseline_value, totals.current_value

)

select
    metrics.analysis,
    metrics.period_end,
    metrics.metric,
    regressions.driver,
    case when regressions.driver = 'intercept' then 1 else 0 end as is_reserved,
    regressions.baseline_value,
    regressions.current_value,
    regressions.contribution,
    regressions.standard_error,
    metrics.metric_baseline,
    metrics.metric_current,
    metrics.note,
    metrics.explained_standard_error
from metrics
inner join {{ regressions }} as regressions on metrics.analysis = regressions.analysis and metrics.metric = regressions.metric
where regressions.contribution is not null

union all

select
    analysis,
    period_end,
    metric,
    'residual' as driver,
    1 as is_reserved,
    cast(null as {{ double }}) as baseline_value,
    cast(null as {{ double }}) as current_value,
    metric_current - metric_baseline - explained as contribution,
    explained_standard_error as standard_error,
    metric_baseline,
    metric_current,
    note,
    explained_standard_error
from metrics
{%- endmacro -%}
