{#- The columns of metric_branch_values with their types. -#}
{%- macro metric_branch_value_columns() -%}
  {%- set text, double = whence.type_text(), whence.type_double() -%}
  {{ return({
    'analysis': text, 'side': text, 'dimensions': text, 'segment': text, 'depth': 'integer', 'is_folded': 'boolean',
    'records': 'bigint', 'metric': text, 'kind': text, 'numerator': double, 'denominator': double,
    'metric_value': double,
  }) }}
{%- endmacro -%}
