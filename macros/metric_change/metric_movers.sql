{#-
  How every segment moved from baseline to current.

  values: relation or CTE with the columns of metric_values.
  windows: relation or CTE with analysis, period_end, baseline_scale and has_baseline.
  Columns: those of metric_movers (docs/metric_change.md). Baseline values of additive metrics are scaled by
  baseline_scale; records are not.

  For an average or a ratio R = N / D, a segment's part of the change of R is
  n1/D1 - n0/D0 - (d1/D1 - d0/D0) * (R0 + R1)/2, which is its rate effect plus its mix effect and adds over a dimension
  set to the change of R.
-#}
{%- macro metric_movers(values, windows) -%}
with sides as (

    select
        metric_values.analysis,
        metric_values.dimensions,
        metric_values.segment,
        metric_values.metric,
        metric_values.kind,
        metric_values.depth,
        max(case when metric_values.side = 'baseline' then metric_values.records end) as baseline_records,
        max(case when metric_values.side = 'current' then metric_values.records end) as current_records
        {%- for side in ['baseline', 'current'] %}
        {%- for part in ['metric_value', 'numerator', 'denominator'] %},
        max(case when metric_values.side = '{{ side }}' then metric_values.{{ part }} end) as {{ side }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from {{ values }} as metric_values
    where not metric_values.is_folded
    group by 1, 2, 3, 4, 5, 6

),

scaled as (

    -- a missing side of a sum or a count is zero, of anything else unknown
    select
        sides.analysis,
        windows.period_end,
        sides.dimensions,
        sides.segment,
        sides.metric,
        sides.kind,
        sides.depth,
        coalesce(sides.baseline_records, 0) as baseline_records,
        coalesce(sides.current_records, 0) as current_records,
        sides.baseline_numerator,
        sides.baseline_denominator,
        sides.current_numerator,
        sides.current_denominator,
        case
            when sides.kind = 'additive' and sides.current_metric_value is not null
                then {{ whence.safe_multiply('coalesce(sides.baseline_metric_value, 0)', 'windows.baseline_scale') }}
            when sides.kind = 'additive' then {{ whence.safe_multiply('sides.baseline_metric_value', 'windows.baseline_scale') }}
            when sides.kind = 'distinct' and sides.current_metric_value is not null then coalesce(sides.baseline_metric_value, 0)
            else sides.baseline_metric_value
        end as baseline_value,
        case
            when sides.kind in ('additive', 'distinct') and sides.baseline_metric_value is not null
                then coalesce(sides.current_metric_value, 0)
            else sides.current_metric_value
        end as current_value
    from sides
    inner join {{ windows }} as windows on sides.analysis = windows.analysis
    where windows.has_baseline = 1

),

totals as (

    select *
    from scaled
    where depth = 0

),

changes as (

    select
        scaled.*,
        -- a difference in the thirteenth digit is what summing in another order leaves
        case
            when
                abs(scaled.current_value - scaled.baseline_value)
                <= 1e-12 * greatest(abs(scaled.current_value), abs(scaled.baseline_value))
                then 0
            else scaled.current_value - scaled.baseline_value
        end as change,
        greatest(abs(scaled.current_value), abs(scaled.baseline_value)) as value_size,
        totals.current_value - totals.baseline_value as total_change,
        1e-9 * greatest(abs(totals.current_value), abs(totals.baseline_value)) as tolerance,
        totals.baseline_records as total_baseline_records,
        totals.current_records as total_current_records,
        case
            when scaled.kind = 'additive' then totals.baseline_value - scaled.baseline_value
            else coalesce(totals.baseline_numerator, 0) - coalesce(scaled.baseline_numerator, 0)
        end as baseline_rest,
        case
            when scaled.kind = 'additive' then totals.current_value - scaled.current_value
            else coalesce(totals.current_numerator, 0) - coalesce(scaled.current_numerator, 0)
        end as current_rest,
        coalesce(totals.baseline_denominator, 0) - coalesce(scaled.baseline_denominator, 0) as baseline_rest_denominator,
        coalesce(totals.current_denominator, 0) - coalesce(scaled.current_denominator, 0) as current_rest_denominator,
        coalesce({{ whence.safe_divide('scaled.current_numerator', 'totals.current_denominator') }}, 0)
        - coalesce({{ whence.safe_divide('scaled.baseline_numerator', 'totals.baseline_denominator') }}, 0)
        - (
            coalesce({{ whence.safe_divide('scaled.current_denominator', 'totals.current_denominator') }}, 0)
            - coalesce({{ whence.safe_divide('scaled.baseline_denominator', 'totals.baseline_denominator') }}, 0)
        ) * (totals.baseline_value + totals.current_value) / 2 as ratio_part
    from scaled
    inner join totals on scaled.analysis = totals.analysis and scaled.metric = totals.metric
    where scaled.depth > 0

),

expected as (

    -- what the segment would be had it grown like the rest
    select
        *,
        case
            when kind = 'additive' and abs(baseline_rest) > tolerance
                then {{ whence.safe_multiply('baseline_value', whence.safe_divide('current_rest', 'baseline_rest')) }}
            when kind in ('average', 'ratio')
                then {{ whence.safe_multiply('baseline_value', whence.safe_divide(
                    whence.safe_divide('current_rest', 'current_rest_denominator'),
                    whence.safe_divide('baseline_rest', 'baseline_rest_denominator')
                )) }}
        end as expected_value
    from changes

)

select
    analysis,
    period_end,
    dimensions,
    segment,
    metric,
    case
        when baseline_records = 0 then 'new'
        when current_records = 0 then 'lost'
        else 'continuing'
    end as status,
    cast(baseline_records as bigint) as baseline_records,
    cast(current_records as bigint) as current_records,
    baseline_value,
    current_value,
    change,
    {{ whence.safe_divide('change', 'abs(baseline_value)') }} as change_pct,
    case
        when abs(total_change) <= tolerance then null
        when kind in ('additive', 'distinct') then {{ whence.safe_divide('change', 'total_change') }}
        when kind in ('average', 'ratio') then {{ whence.safe_divide('ratio_part', 'total_change') }}
    end as share_of_change,
    {{ whence.safe_divide('current_records', 'total_current_records') }}
    - {{ whence.safe_divide('baseline_records', 'total_baseline_records') }} as record_share_change,
    current_value - expected_value as unexpected_change,
    cast(row_number() over (
        partition by analysis, dimensions, metric
        order by
            case when segment = '(other)' then 1 else 0 end,
            {{ whence.round_significant('abs(change)', size='value_size') }} desc nulls last,
            {{ whence.text_order('segment') }}
    ) as integer) as mover_rank
from expected
{%- endmacro -%}
