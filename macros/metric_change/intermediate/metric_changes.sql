{#-
  How every segment moved from baseline to current, in what parts, and how sure that is: metric_movers but for p and q.

  values: relation or CTE with the columns of metric_values.
  specs: relation or CTE with analysis (as declared) and volume.
  windows: relation or CTE with analysis, analysis_group, period_end, baseline_scale and has_baseline.
  moments: relation or CTE with the columns of metric_moments.
  Columns: those of metric_movers (docs/metric_change.md) without p and q, and depth, statistic, unexpected_statistic,
  distribution (normal or t), df, unexpected_df.

  Baseline values of sums and counts are scaled by baseline_scale; records are not.

  Every segment is an amount m and a size v: of a sum or count its value and its volume, of an average or ratio its
  numerator and denominator. w = v / V is its weight, r = m / v its rate, R = M / V the rate of the whole; a bar is the
  mean of the two sides, d their difference. Then
    of a sum or count, volume_effect = dV * mean(w r), mix_effect = V_bar * r_bar * dw, rate_effect = V_bar * w_bar * dr,
    which add to the change of the segment;
    of an average or ratio, mix_effect = dw * (r_bar - R_bar) and rate_effect = w_bar * dr, which add over a dimension
    set to the change of R.
-#}
{%- macro metric_changes(values, specs, windows, moments) -%}
{%- set moment_names = ['nn', 'nd', 'dd', 'nn_total', 'nd_total', 'dn_total', 'dd_total'] -%}
{%- set double = whence.type_double() -%}
with sides as (

    select
        metric_values.analysis,
        metric_values.dimensions,
        metric_values.segment,
        metric_values.metric,
        metric_values.kind,
        metric_values.depth,
        max(case when moments.metric is not null then 1 else 0 end) as has_errors
        {%- for side in ['baseline', 'current'] %},
        max(case when metric_values.side = '{{ side }}' then metric_values.records end) as {{ side }}_records
        {%- for part in ['metric_value', 'numerator', 'denominator'] %},
        max(case when metric_values.side = '{{ side }}' then metric_values.{{ part }} end) as {{ side }}_{{ part }}
        {%- endfor %}
        {%- for moment in ['n_days'] + moment_names %},
        max(case when metric_values.side = '{{ side }}' then moments.{{ moment }} end) as {{ side }}_{{ moment }}
        {%- endfor %}
        {%- endfor %}
    from {{ values }} as metric_values
    left join {{ moments }} as moments
        on
            metric_values.analysis = moments.analysis
            and metric_values.side = moments.side
            and metric_values.dimensions = moments.dimensions
            and metric_values.segment = moments.segment
            and metric_values.metric = moments.metric
    where not metric_values.is_folded
    group by 1, 2, 3, 4, 5, 6

),

scaled as {{ whence.materialized() }}(

    -- a missing side of a sum or a count is zero, of anything else unknown
    select
        sides.*,
        windows.period_end,
        windows.baseline_scale,
        specs.volume,
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
    inner join {{ specs }} as specs on windows.analysis_group = specs.analysis
    where windows.has_baseline = 1

),

sized as {{ whence.materialized() }}(

    select
        scaled.*
        {%- for side in ['baseline', 'current'] %},
        case
            when scaled.kind = 'additive' then coalesce(scaled.{{ side }}_value, 0)
            else coalesce(scaled.{{ side }}_numerator, 0)
        end as {{ side }}_amount,
        case
            when scaled.kind = 'additive' then coalesce(volumes.{{ side }}_value, 0)
            else coalesce(scaled.{{ side }}_denominator, 0)
        end as {{ side }}_size
        {%- endfor %}
    from scaled
    left join scaled as volumes
        on
            scaled.analysis = volumes.analysis
            and scaled.dimensions = volumes.dimensions
            and scaled.segment = volumes.segment
            and scaled.volume = volumes.metric

),

totals as (

    select *
    from sized
    where depth = 0

),

compared as (

    select
        sized.*,
        {{ whence.metric_difference('sized.current_value', 'sized.baseline_value') }} as change,
        greatest(abs(sized.current_value), abs(sized.baseline_value)) as value_size,
        totals.current_value - totals.baseline_value as total_change,
        1e-9 * greatest(abs(totals.current_value), abs(totals.baseline_value)) as tolerance,
        case when sized.kind = 'additive' then 0 else (totals.baseline_value + totals.current_value) / 2 end
            as reference_rate
        {%- for side in ['baseline', 'current'] %},
        totals.{{ side }}_records as total_{{ side }}_records,
        totals.{{ side }}_n_days as total_{{ side }}_n_days,
        totals.{{ side }}_size as total_{{ side }}_size,
        -- what is left beside a segment that is nearly all is rounding
        {%- for part in ['amount', 'size'] %}
        {{ whence.metric_difference('totals.' ~ side ~ '_' ~ part, 'sized.' ~ side ~ '_' ~ part) }} as {{ side }}_rest_{{ part }},
        case
            when
                abs(totals.{{ side }}_{{ part }} - sum(sized.{{ side }}_{{ part }}) over set_window)
                <= 1e-9 * sum(abs(sized.{{ side }}_{{ part }})) over set_window
                then 1
            else 0
        end as {{ side }}_{{ part }}_adds,
        {%- endfor %}
        {{ whence.safe_divide('sized.' ~ side ~ '_size', 'totals.' ~ side ~ '_size') }} as {{ side }}_weight,
        {{ whence.safe_divide('sized.' ~ side ~ '_amount', 'totals.' ~ side ~ '_size') }} as {{ side }}_flow,
        {{ whence.safe_divide('sized.' ~ side ~ '_amount', 'sized.' ~ side ~ '_size') }} as {{ side }}_own_rate
        {%- for moment in ['nn', 'nd', 'dd'] %},
        totals.{{ side }}_{{ moment }} as whole_{{ side }}_{{ moment }}
        {%- endfor %}
        {%- endfor %}
    from sized
    inner join totals on sized.analysis = totals.analysis and sized.metric = totals.metric
    where sized.depth > 0
    window set_window as (partition by sized.analysis, sized.dimensions, sized.metric)

),

rated as (

    -- a segment without size on one side takes the rate of the other; the parts that the effects of a row must add to
    select
        *,
        coalesce(baseline_own_rate, current_own_rate, 0) as baseline_rate,
        coalesce(current_own_rate, baseline_own_rate, 0) as current_rate,
        coalesce({{ whence.metric_difference('current_own_rate', 'baseline_own_rate') }}, 0) as rate_change,
        {{ whence.metric_difference('current_weight', 'baseline_weight') }} as weight_change,
        case when kind = 'additive' then (total_baseline_size + total_current_size) / 2 else 1 end as mean_level,
        case
            when kind = 'additive' then change
            when kind in ('average', 'ratio')
                then coalesce(current_flow, 0) - coalesce(baseline_flow, 0) - {{ whence.safe_multiply(
                    'coalesce(current_weight, 0) - coalesce(baseline_weight, 0)', 'reference_rate'
                ) }}
        end as part,
        case
            when kind = 'additive' and (total_baseline_size <= 0 or total_current_size <= 0)
                then 'total volume not positive: the whole change is rate'
            when baseline_size = 0 and baseline_amount <> 0 or current_size = 0 and current_amount <> 0
                then case when kind = 'additive' then 'no volume: the whole change is rate'
                    else 'no denominator: the whole change is rate' end
        end as edge
    from compared
    {{ whence.worked_out_once() }}

),

multiplied as (

    select
        *,
        {{ whence.safe_multiply('total_current_size - total_baseline_size', '(baseline_flow + current_flow) / 2') }} as volume_part,
        {{ whence.safe_multiply(
            whence.safe_multiply('mean_level', 'weight_change'),
            '(baseline_rate + current_rate) / 2 - reference_rate'
        ) }} as mix_part,
        {{ whence.safe_multiply(
            whence.safe_multiply('mean_level', '(baseline_weight + current_weight) / 2'), 'rate_change'
        ) }} as rate_part
    from rated
    {{ whence.worked_out_once() }}

),

noted as (

    -- next to zero a size makes rates whose effects cancel to the last digit: numbers, but no answer
    select
        *,
        case
            when part is null or kind not in ('additive', 'average', 'ratio') then null
            when edge is not null then edge
            when
                mix_part is null or rate_part is null
                or abs(mix_part) + abs(rate_part) > 1e6 * (
                    case when kind = 'additive' then abs(baseline_amount) + abs(current_amount)
                        else abs(baseline_flow) + abs(current_flow)
                            + {{ whence.safe_multiply(
                                'abs(reference_rate)', 'abs(baseline_weight) + abs(current_weight)'
                            ) }} end
                ) + 1e-300
                then case when kind = 'additive' then 'volume next to zero: the whole change is rate'
                    else 'denominator next to zero: the whole change is rate' end
        end as effect_note
    from multiplied
    {{ whence.worked_out_once() }}

),

expected as (

    -- how the rest grew; where segments count the same thing twice, the rest is not the difference
    select
        *,
        case
            when kind = 'additive' and abs(baseline_rest_amount) > tolerance
                then {{ whence.safe_divide('current_rest_amount', 'baseline_rest_amount') }}
            when
                kind in ('average', 'ratio')
                and baseline_amount_adds + baseline_size_adds + current_amount_adds + current_size_adds = 4
                then {{ whence.safe_divide(
                    whence.safe_divide('current_rest_amount', 'current_rest_size'),
                    whence.safe_divide('baseline_rest_amount', 'baseline_rest_size')
                ) }}
        end as rest_growth
    from noted
    {{ whence.worked_out_once() }}

),

{{ whence.metric_error_parts('expected') }},

squared as (

    select
        *
        {%- for side in ['baseline', 'current'] %},
        {{ whence.metric_variance(side) }} as {{ side }}_own_variance,
        {{ whence.metric_variance(side, of_rest=true) }} as {{ side }}_rest_variance
        {%- endfor %},
        case when kind = 'additive' then baseline_scale * baseline_scale else 1 end as square_scale,
        case when is_measurable = 1 then rest_growth * rest_growth end as square_growth
    from measured
    {{ whence.worked_out_once() }}

),

errors as (

    select
        *,
        current_value - {{ whence.safe_multiply('baseline_value', 'rest_growth') }} as unexpected_change,
        {{ whence.safe_multiply('baseline_own_variance', 'square_scale') }} as baseline_variance,
        {{ whence.safe_multiply(whence.safe_multiply('baseline_rest_variance', 'square_scale'), 'square_growth') }}
            as baseline_unexpected_variance,
        current_own_variance as current_variance,
        current_rest_variance as current_unexpected_variance
    from squared
    {{ whence.worked_out_once() }}

),

shared as (

    select
        *,
        {{ whence.safe_divide('baseline_variance', 'baseline_variance + current_variance') }} as variance_share,
        {{ whence.safe_divide('baseline_unexpected_variance', 'baseline_unexpected_variance + current_unexpected_variance') }}
            as unexpected_variance_share
    from errors
    {{ whence.worked_out_once() }}

),

tested as (

    select
        *,
        case when change is not null then sqrt(baseline_variance + current_variance) end as standard_error,
        sqrt(baseline_unexpected_variance + current_unexpected_variance) as unexpected_standard_error,
        {{ whence.metric_welch_df('variance_share') }} as df,
        {{ whence.metric_welch_df('unexpected_variance_share') }} as unexpected_df
    from shared
    {{ whence.worked_out_once() }}

),

segments as {{ whence.materialized() }}(

    select
        analysis,
        period_end,
        dimensions,
        segment,
        metric,
        depth,
        case
            when coalesce(baseline_records, 0) = 0 then 'new'
            when coalesce(current_records, 0) = 0 then 'lost'
            else 'continuing'
        end as status,
        cast(coalesce(baseline_records, 0) as bigint) as baseline_records,
        cast(coalesce(current_records, 0) as bigint) as current_records,
        baseline_value,
        current_value,
        change,
        {{ whence.safe_divide('change', 'abs(baseline_value)') }} as change_pct,
        case
            when abs(total_change) <= tolerance then null
            when kind = 'distinct' then {{ whence.safe_divide('change', 'total_change') }}
            else {{ whence.safe_divide('part', 'total_change') }}
        end as share_of_change,
        {{ whence.safe_divide('coalesce(current_records, 0)', 'total_current_records') }}
        - {{ whence.safe_divide('coalesce(baseline_records, 0)', 'total_baseline_records') }} as record_share_change,
        case
            when kind <> 'additive' or part is null then null
            when effect_note is not null then 0
            else volume_part
        end as volume_effect,
        case when part is null then null when effect_note is not null then 0 else mix_part end as mix_effect,
        -- where summing in another order was all that changed, the effects add to 0 too
        case
            when part is null then null
            when effect_note is not null then part
            when kind = 'additive' and change = 0 and volume_part is not null then -(volume_part + mix_part)
            else rate_part
        end as rate_effect,
        effect_note,
        unexpected_change,
        case when kind = 'additive' and abs(total_change) > tolerance
            then {{ whence.safe_divide('unexpected_change', 'total_change') }}
        end as unexpected_share,
        standard_error,
        {{ whence.safe_divide('change', 'standard_error') }} as statistic,
        {{ whence.safe_divide('unexpected_change', 'unexpected_standard_error') }} as unexpected_statistic,
        case when total_baseline_n_days is null and total_current_n_days is null then 'normal' else 't' end as distribution,
        df,
        unexpected_df,
        value_size,
        total_change,
        tolerance,
        kind,
        part
    from tested

),

overlap_rows as {{ whence.materialized() }}(

    -- where segments count the same thing twice (an invoice with two categories), what their parts leave of the whole
    select
        analysis,
        dimensions,
        metric,
        max(period_end) as period_end,
        max(depth) as depth,
        max(total_change) as total_change,
        max(tolerance) as tolerance,
        max(total_change) - sum(part) as change_left,
        1e-12 * sum(abs(part)) as rounding
    from segments
    where part is not null and kind in ('average', 'ratio')
    group by 1, 2, 3

),

all_rows as {{ whence.materialized() }}(

    select
        {%- for column in whence.metric_change_columns() %}
        {{ column }},
        {%- endfor %}
        value_size
    from segments

    union all

    select
        {%- for column, type in whence.metric_change_columns().items() %}
        {% if column in ['analysis', 'period_end', 'dimensions', 'metric', 'depth'] -%}
        {{ column }}
        {%- elif column == 'segment' -%} '(overlap)'
        {%- elif column == 'status' -%} 'continuing'
        {%- elif column in ['baseline_records', 'current_records'] -%} 0
        {%- elif column == 'mix_effect' -%} change_left
        {%- elif column == 'rate_effect' -%} cast(0 as {{ double }})
        {%- elif column == 'share_of_change' -%}
        case when abs(total_change) > tolerance then {{ whence.safe_divide('change_left', 'total_change') }} end
        {%- elif column == 'effect_note' -%} 'what segments count more than once'
        {%- else -%} cast(null as {{ type }})
        {%- endif %},
        {%- endfor %}
        cast(null as {{ double }}) as value_size
    from overlap_rows
    where abs(change_left) > tolerance + rounding

)

select
    {%- for column in whence.metric_change_columns() %}
    {{ column }},
    {%- endfor %}
    cast(row_number() over (
        partition by analysis, dimensions, metric
        order by
            case segment when '(overlap)' then 2 when '(other)' then 1 else 0 end,
            {{ whence.round_significant('abs(change)', size='value_size') }} desc nulls last,
            {{ whence.text_order('segment') }}
    ) as integer) as mover_rank
from all_rows
{%- endmacro -%}
