{#-
  How much of the change of a metric its drivers explain, by each method, and whether all parts add up to it.

  contributions: relation or CTE with the columns of metric_driver_contributions.
  Columns: those of metric_closure (docs/metric_change.md).
-#}
{%- macro metric_closure(contributions) -%}
select
    analysis,
    period_end,
    metric,
    method,
    baseline_value,
    current_value,
    {{ whence.metric_difference('current_value', 'baseline_value') }} as change,
    explained,
    residual,
    case
        when abs(current_value - baseline_value) > 1e-9 * greatest(abs(baseline_value), abs(current_value))
            then {{ whence.safe_divide('explained', 'current_value - baseline_value') }}
    end as explained_share,
    case
        when abs(current_value - baseline_value) > 1e-9 * greatest(abs(baseline_value), abs(current_value))
            then {{ whence.safe_divide('explained_standard_error', 'abs(current_value - baseline_value)') }}
    end as explained_share_error,
    {{ whence.safe_divide('residual', 'abs(baseline_value)') }} as residual_pct,
    case
        when baseline_value is not null and current_value is not null
            then coalesce(
                abs(current_value - baseline_value - explained - residual)
                <= 1e-9 * greatest(abs(baseline_value), abs(current_value)) + 1e-12 * parts_size,
                false
            )
    end as is_closed,
    note
from (
    select
        analysis,
        period_end,
        metric,
        method,
        max(metric_baseline) as baseline_value,
        max(metric_current) as current_value,
        case
            when max(metric_baseline) is not null and max(metric_current) is not null
                then coalesce({{ whence.sum_double("case when driver <> 'residual' then contribution end") }}, 0)
        end as explained,
        max(case when driver = 'residual' then contribution end) as residual,
        max(explained_standard_error) as explained_standard_error,
        {{ whence.sum_double('abs(contribution)') }} as parts_size,
        max(note) as note
    from {{ contributions }}
    group by 1, 2, 3, 4
) as parts
{%- endmacro -%}
