{#-
  The nodes of a drill-down and the segments they are split into, each node as an analysis of its own, for
  metric_changes.

  resolved: as resolve_metric_analysis returns it.
  cells: relation or CTE with the columns of metric_cells.
  branches: relation or CTE with the columns of metric_branches.
  Columns: those of metric_branch_value_columns. analysis is the key of the node (metric_branch_key); depth 0 is the
  node, depth 1 its segments.
-#}
{%- macro metric_branch_values(resolved, cells, branches) -%}
{%- set metrics = whence.metric_drill_metrics(resolved) -%}
{%- set columns -%}
cell_rows.side,
    cell_rows.records,
    {{ whence.finite(whence.metric_part_case(metrics, 'n', 'cell_rows')) }} as numerator,
    {{ whence.finite(whence.metric_part_case(metrics, 'd', 'cell_rows')) }} as denominator
{%- endset -%}
{%- for depth in [0, 1] %}
select
    analysis,
    side,
    {{ 'dimensions' if depth == 1 else "''" }} as dimensions,
    {{ 'segment' if depth == 1 else "''" }} as segment,
    {{ depth }} as depth,
    false as is_folded,
    cast(sum(records) as bigint) as records,
    metric,
    kind,
    {{ whence.sum_double('numerator') }} as numerator,
    {{ whence.sum_double('denominator') }} as denominator,
    case
        when kind = 'additive' then {{ whence.sum_double('numerator') }}
        else {{ whence.safe_divide(whence.sum_double('numerator'), whence.sum_double('denominator')) }}
    end as metric_value
from (
    {{ whence.metric_branch_join(resolved, metrics, cells, branches, columns) }}
) as node_cells_{{ depth }}
group by analysis, side, metric, kind{% if depth == 1 %}, dimensions, segment{% endif %}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{%- endmacro -%}
