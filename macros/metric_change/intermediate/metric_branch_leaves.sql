{#-
  The cells of an analysis with the two sides beside each other, one row per metric: what a drill-down starts from.

  resolved: as resolve_metric_analysis returns it.
  cells: relation or CTE with the columns of metric_cells.
  windows: relation or CTE with the columns of metric_windows.
  n_dimensions: how many dimension columns the table has.
  Columns: those of metric_branch_leaf_columns, see there. Only metrics that a drill-down can split.
-#}
{%- macro metric_branch_leaves(resolved, cells, windows, n_dimensions) -%}
{%- set metrics = whence.metric_drill_metrics(resolved) -%}
{%- set parts = {'amount': 'n', 'size': 'd', 'nn': 'nn', 'nd': 'nd', 'dd': 'dd'} -%}
select
    cells.analysis,
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    metrics.metric,
    metrics.kind,
    max(windows.baseline_scale) as baseline_scale
    {%- for i in range(1, n_dimensions + 1) %},
    cells.dimension_{{ i }}
    {%- endfor %}
    {%- for side in ['baseline', 'current'] %},
    cast(max(case when cells.side = '{{ side }}' then cells.records else 0 end) as bigint) as {{ side }}_records
    {%- for column, part in parts.items() %},
    {% set value = whence.metric_part_case(metrics, part, 'cells') -%}
    coalesce(max(case when cells.side = '{{ side }}' then {{ whence.finite(value) if column in ['amount', 'size'] else value }} end), 0)
        as {{ side }}_{{ column }}
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
    {%- for i in range(1, n_dimensions + 1) %}, cells.dimension_{{ i }}{% endfor %}
{%- endmacro -%}
