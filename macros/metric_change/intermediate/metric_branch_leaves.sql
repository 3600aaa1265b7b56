{#-
  The cells of an analysis with the two sides beside each other, one row per metric: what a drill-down starts from.

  resolved: as resolve_metric_analysis returns it.
  metrics: as metric_drill_metrics returns it.
  cells: relation or CTE with the columns of metric_cells.
  windows: relation or CTE with the columns of metric_windows.
  Columns: analysis, metric, kind, dimension_1 ..., and for each side records, amount, size (see metric_changes; size is
  0 for sums and counts), total_records.
-#}
{%- macro metric_branch_leaves(resolved, metrics, cells, windows) -%}
{%- set n = resolved.dimensions | length -%}
{%- set kinds = {'amount': 'n', 'size': 'd'} -%}
select
    analysis,
    metric,
    kind
    {%- for i in range(1, n + 1) %},
    dimension_{{ i }}
    {%- endfor %}
    {%- for side in ['baseline', 'current'] %},
    coalesce({{ side }}_records, 0) as {{ side }}_records,
    sum({{ side }}_records) over (partition by analysis, metric) as total_{{ side }}_records,
    {% if side == 'baseline' -%}
    case
        when kind = 'additive' then {{ whence.safe_multiply('coalesce(baseline_amount, 0)', 'baseline_scale') }}
        else coalesce(baseline_amount, 0)
    end as baseline_amount
    {%- else -%}
    coalesce(current_amount, 0) as current_amount
    {%- endif %},
    coalesce({{ side }}_size, 0) as {{ side }}_size
    {%- endfor %}
from (
    select
        cells.analysis,
        metrics.metric,
        metrics.kind,
        max(windows.baseline_scale) as baseline_scale
        {%- for i in range(1, n + 1) %},
        cells.dimension_{{ i }}
        {%- endfor %}
        {%- for side in ['baseline', 'current'] %},
        sum(case when cells.side = '{{ side }}' then cells.records end) as {{ side }}_records
        {%- for column, part in kinds.items() %}
        {%- set choices = {} %}
        {%- for metric in metrics if metric.errors[part] is not none %}
          {%- set slot = 'cast(cells.' ~ metric.errors[part] ~ ' as ' ~ whence.type_double() ~ ')' %}
          {%- do choices.update({metrics.index(metric): whence.finite(slot)}) %}
        {%- endfor %},
        max(case when cells.side = '{{ side }}' then {{ whence.metric_case(choices) }} end) as {{ side }}_{{ column }}
        {%- endfor %}
        {%- endfor %}
    from {{ cells }} as cells
    inner join {{ windows }} as windows on cells.analysis = windows.analysis
    cross join (
        {%- for metric in metrics %}
        select
            {{ loop.index0 }} as metric_no,
            {{ whence.text_literal(metric.name) }} as metric,
            {{ whence.text_literal(metric.kind) }} as kind
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as metrics
    where cells.analysis_group = {{ whence.text_literal(resolved.name) }} and windows.has_baseline = 1
    group by cells.analysis, metrics.metric, metrics.kind
        {%- for i in range(1, n + 1) %}, cells.dimension_{{ i }}{% endfor %}
) as side_by_side
{%- endmacro -%}
