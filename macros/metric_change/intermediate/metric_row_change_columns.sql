{#- The columns of metric_row_changes with their types, for the select without rows. -#}
{%- macro metric_row_change_columns() -%}
  {%- set text, double = whence.type_text(), whence.type_double() -%}
  {{ return({
    'analysis': text, 'row_change': text, 'side': text, 'metric': text, 'row_kind': text, 'is_exact': 'integer',
    'n_rows': 'bigint', 'metric_value': double, 'numerator': double, 'denominator': double,
  }) }}
{%- endmacro -%}
