{#-
  What the cells hold of every node, as measures of an analysis; see metric_driver_cells.

  nodes: as metric_driver_nodes returns them.
  Returns a list of {'slot', 'op', 'sql', 'scale'}: per node number the rows with a value, the sums of weight and value,
  of the products by driver, of the misfit and of its square; and cell_hash, whose sum tells which cells a segment has.
-#}
{%- macro metric_driver_measures(nodes) -%}
  {%- set measures = [{'slot': 'cell_hash', 'sql': none}] -%}
  {%- for node in nodes -%}
    {%- set i = loop.index -%}
    {%- set value = 'value_' ~ i -%}
    {%- set misfit = 'misfit_' ~ i -%}
    {%- do measures.append({'slot': 'rows_' ~ i, 'sql': 'case when ' ~ value ~ ' is not null then 1 end'}) -%}
    {%- do measures.append({'slot': 'value_sum_' ~ i, 'sql': value}) -%}
    {%- do measures.append({'slot': 'weight_sum_' ~ i, 'sql': 'weight_' ~ i}) -%}
    {%- for driver in node.drivers -%}
      {%- do measures.append({'slot': 'product_sum_' ~ i ~ '_' ~ loop.index, 'sql': 'product_' ~ i ~ '_' ~ loop.index}) -%}
    {%- endfor -%}
    {%- do measures.append({'slot': 'misfit_sum_' ~ i, 'sql': misfit}) -%}
    {%- do measures.append({
      'slot': 'misfit_squares_' ~ i, 'sql': 'case when abs(' ~ misfit ~ ') < 1e100 then ' ~ misfit ~ ' * ' ~ misfit ~ ' end',
    }) -%}
  {%- endfor -%}
  {%- for measure in measures -%}
    {%- do measure.update({'op': 'sum', 'scale': 0 if measure.slot == 'cell_hash' or measure.slot[:5] == 'rows_' else none}) -%}
  {%- endfor -%}
  {{ return(measures) }}
{%- endmacro -%}
