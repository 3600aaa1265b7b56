{#-
  Rows with dimension columns, each with the nodes that hold it and are split.

  resolved: as resolve_metric_analysis returns it.
  metrics: as metric_drill_metrics returns it.
  rows: what stands behind from, with analysis and dimension_1 ...; its alias is cell_rows.
  branches: relation or CTE with the columns of metric_branches.
  columns: select list over cell_rows and metrics (metric_no, metric, kind).
  Columns: analysis (the key of the node), analysis_group, metric, kind, dimensions, segment, then the columns.
-#}
{%- macro metric_branch_join(resolved, metrics, rows, branches, columns) -%}
select
    {{ whence.metric_branch_key('branches') }} as analysis,
    metrics.metric,
    metrics.kind,
    branches.split_dimension as dimensions,
    {{ whence.metric_branch_choice(resolved, 'branches.split_no', 'cell_rows') }} as segment,
    {{ columns }}
from {{ rows }} as cell_rows
inner join (
    select *
    from {{ branches }}
    where analysis_group = {{ whence.text_literal(resolved.name) }} and split_no is not null
) as branches
    on
        cell_rows.analysis = branches.analysis
        {%- for dimension in resolved.dimensions %}
        and (branches.fixed_{{ loop.index }} is null or cell_rows.dimension_{{ loop.index }} = branches.fixed_{{ loop.index }})
        {%- endfor %}
inner join (
    {%- for metric in metrics %}
    select
        {{ loop.index0 }} as metric_no,
        {{ whence.text_literal(metric.name) }} as metric,
        {{ whence.text_literal(metric.kind) }} as kind
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
) as metrics on branches.metric = metrics.metric
{%- endmacro -%}
