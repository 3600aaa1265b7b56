{#-
  Where the unexplained rest sits: the misfit of the selected identity per segment, current minus baseline, tested.

  residuals: relation or CTE with the columns of metric_residuals.
  tests: relation or CTE with family, key, p_value and bhy_q of the families of metric_residual_family.
  driver_totals: relation or CTE with the columns of metric_driver_totals.
  Columns: those of metric_residual_segments (docs/metric_change.md).
-#}
{%- macro metric_residual_segments(residuals, tests, driver_totals) -%}
select
    segments.*,
    cast(row_number() over (
        partition by segments.analysis, segments.metric
        order by
            {{ whence.round_significant('abs(segments.residual_change)') }} desc,
            {{ whence.text_order('segments.dimensions') }},
            {{ whence.text_order('segments.segment') }}
    ) as integer) as residual_rank
from (
    select
        residuals.analysis,
        residuals.period_end,
        residuals.metric,
        residuals.dimensions,
        residuals.segment,
        residuals.aliases,
        residuals.n_rows,
        residuals.baseline_residual,
        residuals.current_residual,
        {{ whence.metric_difference('residuals.current_residual', 'residuals.baseline_residual') }} as residual_change,
        residuals.mean_residual,
        case
            when abs(totals.residual) > 1e-9 * totals.size
                then {{ whence.safe_divide('residuals.current_residual - residuals.baseline_residual', 'totals.residual') }}
        end as share_of_residual,
        tests.p_value,
        tests.bhy_q as q_value
    from {{ residuals }} as residuals
    inner join (
        select
            analysis,
            metric,
            current_value - current_modelled - (baseline_value - baseline_modelled) * calendar_scale as residual,
            greatest(abs(baseline_value), abs(current_value)) as size
        from {{ driver_totals }}
        where driver_set = 'identity'
    ) as totals on residuals.analysis = totals.analysis and residuals.metric = totals.metric
    left join {{ tests }} as tests
        on
            {{ whence.metric_residual_family('residuals') }} = tests.family
            and {{ whence.segment_label(['residuals.dimensions', 'residuals.segment']) }} = tests.key
) as segments
{%- endmacro -%}
