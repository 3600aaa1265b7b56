{#-
  The columns of metric_driver_sets and their types, for a table without rows: two drivers.
-#}
{%- macro metric_driver_set_columns() -%}
  {%- set text, double = whence.type_text(), whence.type_double() -%}
  {{ return({
    'analysis': text, 'analysis_group': text, 'side': text, 'dimensions': text, 'segment': text, 'depth': 'integer',
    'is_leaf': 'boolean', 'metric': text, 'node_no': 'integer', 'form': text, 'constant': double, 'is_weighted': 'boolean',
    'n_drivers': 'integer', 'cell_hash': whence.type_exact(0), 'n_rows': 'bigint', 'value_sum': double, 'weight_sum': double, 'misfit_sum': double,
    'misfit_squares': double, 'product_sum_1': double, 'product_sum_2': double,
  }) }}
{%- endmacro -%}
