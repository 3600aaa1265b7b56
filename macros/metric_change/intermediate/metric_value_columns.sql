{#- The columns of metric_values with their types, for the select without rows. -#}
{%- macro metric_value_columns() -%}
  {%- set text, double = whence.type_text(), whence.type_double() -%}
  {%- set columns = {
    'analysis': text, 'side': text, 'dimensions': text, 'segment': text, 'depth': 'integer', 'is_leaf': 'boolean',
    'is_blank': 'boolean', 'is_folded': 'boolean', 'segment_json': text, 'records': 'bigint', 'metric': text,
    'aggregation': text, 'kind': text, 'numerator': double, 'denominator': double, 'metric_value': double,
  } -%}
  {%- for column in whence.metric_percentiles().values() -%}
    {%- do columns.update({column: double}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro -%}
