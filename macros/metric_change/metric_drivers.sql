{#-
  What each driver contributes to the change of its metric, ranked by size; the residual last.

  contributions: relation or CTE with the columns of metric_driver_contributions.
  Columns: those of metric_drivers (docs/metric_change.md).
-#}
{%- macro metric_drivers(contributions) -%}
select
    analysis,
    period_end,
    metric,
    method,
    driver,
    baseline_value,
    current_value,
    -- no negative zeros
    contribution + 0 as contribution,
    {{ whence.safe_divide('contribution + 0', 'abs(metric_baseline)') }} as contribution_pct,
    case
        when abs(metric_current - metric_baseline) > 1e-9 * greatest(abs(metric_baseline), abs(metric_current))
            then {{ whence.safe_divide('contribution', 'metric_current - metric_baseline') }} + 0
    end as share_of_change,
    standard_error,
    cast(row_number() over (
        partition by analysis, metric, method
        order by
            case when driver = 'residual' then 1 else 0 end,
            {{ whence.round_significant('abs(contribution)') }} desc nulls last,
            {{ whence.text_order('driver') }}
    ) as integer) as driver_rank
from {{ contributions }}
{%- endmacro -%}
