{#-
  What drivers and misfit of every node are made of, in every segment of every dimension set, long.

  resolved: as resolve_metric_analysis returns it, with drivers.
  nodes: as metric_driver_nodes returns them.
  cells: relation or CTE with the columns of metric_driver_cells.
  n_drivers: how many product columns the table has.
  Columns: analysis, analysis_group, side, dimensions ('' for the total), segment, depth, is_leaf, metric, node_no, form,
  constant, is_weighted, n_drivers, cell_hash, n_rows, value_sum, weight_sum, misfit_sum, misfit_squares, product_sum_1 ...
-#}
{%- macro metric_driver_sets(resolved, nodes, cells, n_drivers) -%}
{%- set measures = whence.metric_driver_measures(nodes) -%}
{%- set measured = dict(
    resolved, measures=measures, max_depth=[resolved.max_depth, 2] | max
) -%}
{%- set slots = whence.metric_slots([measured]) -%}
{%- set by_slot = {} -%}
{%- for measure in measures -%}
  {%- do by_slot.update({measure.slot: measure}) -%}
{%- endfor -%}
{%- set double = whence.type_double() -%}
select
    segments.analysis,
    segments.analysis_group,
    segments.side,
    segments.dimensions,
    segments.segment,
    segments.depth,
    segments.is_leaf,
    nodes.metric,
    nodes.node_no,
    nodes.form,
    cast(nodes.constant as {{ double }}) as constant,
    nodes.is_weighted,
    nodes.n_drivers,
    segments.cell_hash
    {%- for part in ['rows', 'value_sum', 'weight_sum', 'misfit_sum', 'misfit_squares'] %},
    case nodes.node_no
        {%- for node in nodes %}
        when {{ loop.index }} then segments.{{ part }}_{{ loop.index }}
        {%- endfor %}
    end as {{ 'n_rows' if part == 'rows' else part }}
    {%- endfor %}
    {%- for k in range(1, n_drivers + 1) %},
    case
        {%- for node in nodes if node.drivers | length >= k %}
        when nodes.node_no = {{ nodes.index(node) + 1 }} then segments.product_sum_{{ nodes.index(node) + 1 }}_{{ k }}
        {%- endfor %}
        when 1 = 0 then cast(null as {{ double }})
    end as product_sum_{{ k }}
    {%- endfor %}
from (
    select
        analysis,
        analysis_group,
        side,
        dimensions,
        reported_segment as segment,
        depth,
        is_leaf
        {%- for slot in slots %},
        {{ whence.aggregate_measure(by_slot[slot.slot], slot.slot, false) }} as {{ slot.slot }}
        {%- endfor %}
    from (
        {{ whence.metric_sets(measured, cells, slots) }}
    ) as sets
    group by analysis, analysis_group, side, dimensions, reported_segment, depth, is_leaf
) as segments
cross join (
    {%- for node in nodes %}
    select
        {{ loop.index }} as node_no,
        {{ whence.text_literal(node.metric) }} as metric,
        {{ whence.text_literal(node.form) }} as form,
        {{ node.constant }} as constant,
        {{ 'true' if node.is_weighted else 'false' }} as is_weighted,
        {{ node.drivers | length }} as n_drivers
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
) as nodes
{%- endmacro -%}
