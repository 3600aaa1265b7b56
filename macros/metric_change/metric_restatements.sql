{#-
  What a metric owes to rows that came and went between two snapshots, and what to rows that were changed after the fact.

  row_changes: relation or CTE with the columns of metric_row_changes.
  metric_values: relation or CTE with the columns of metric_values.
  windows: relation or CTE with analysis and period_end.
  Columns: those of metric_restatements (docs/metric_change.md). Four rows per analysis and metric.

  The change of a sum or count is that of the class. An average or ratio has n over d in a class and R = N / D as a whole;
  the change of a class is what mix_effect + rate_effect of metric_changes come to,
    d(n / D) - R_bar * d(d / D),
  d being the difference of the sides and a bar their mean: over the classes it adds to dR. Where R is unknown on a side
  there is no change, nor is there one of what does not add up.
-#}
{%- macro metric_restatements(row_changes, metric_values, windows) -%}
with totals as (

    select
        analysis,
        metric,
        max(case when side = 'baseline' then metric_value end) as baseline_value,
        max(case when side = 'current' then metric_value end) as current_value
    from {{ metric_values }}
    where depth = 0
    group by 1, 2

),

sides as (

    select
        analysis,
        metric,
        row_change,
        row_kind,
        is_exact,
        max(n_rows) as n_rows
        {%- for side in ['baseline', 'current'] %}
        {%- for part in ['metric_value', 'numerator', 'denominator'] %},
        max(case when side = '{{ side }}' then {{ part }} end) as {{ side }}_{{ part }}
        {%- endfor %}
        {%- endfor %}
    from {{ row_changes }}
    group by 1, 2, 3, 4, 5

),

summed as {{ whence.materialized() }}(

    select
        sides.*
        {%- for side in ['baseline', 'current'] %},
        sum(sides.{{ side }}_numerator) over whole as {{ side }}_total_numerator,
        sum(sides.{{ side }}_denominator) over whole as {{ side }}_total_denominator
        {%- endfor %}
    from sides
    window whole as (partition by sides.analysis, sides.metric)

),

compared as {{ whence.materialized() }}(

    select
        *
        {%- for side in ['baseline', 'current'] %},
        case
            when row_kind = 'additive' or {{ side }}_metric_value is not null then {{ side }}_metric_value
            else {{ whence.safe_divide(side ~ '_numerator', side ~ '_denominator') }}
        end as {{ side }}_value,
        {{ whence.safe_divide(side ~ '_total_numerator', side ~ '_total_denominator') }} as {{ side }}_rate,
        coalesce({{ whence.safe_divide(side ~ '_numerator', side ~ '_total_denominator') }}, 0) as {{ side }}_flow,
        coalesce({{ whence.safe_divide(side ~ '_denominator', side ~ '_total_denominator') }}, 0) as {{ side }}_weight
        {%- endfor %}
    from summed

)

select
    compared.analysis,
    windows.period_end,
    compared.metric,
    compared.row_change,
    cast(compared.n_rows as bigint) as n_rows,
    compared.baseline_value,
    compared.current_value,
    case
        -- a difference in the thirteenth digit is what summing doubles in another order leaves
        when
            compared.row_kind = 'additive'
            and compared.is_exact = 0
            and abs(compared.current_value - compared.baseline_value)
            <= 1e-12 * greatest(abs(compared.current_value), abs(compared.baseline_value))
            then 0
        when compared.row_kind = 'additive' then compared.current_value - compared.baseline_value
        when compared.row_kind = 'rate' and totals.baseline_value is not null and totals.current_value is not null
            then compared.current_flow - compared.baseline_flow - {{ whence.safe_multiply(
                'compared.current_weight - compared.baseline_weight', '(compared.baseline_rate + compared.current_rate) / 2'
            ) }}
    end as change
from compared
inner join totals on compared.analysis = totals.analysis and compared.metric = totals.metric
inner join {{ windows }} as windows on compared.analysis = windows.analysis
{%- endmacro -%}
