{#- The columns of metric_distributions with their types, for the select without rows. -#}
{%- macro metric_distribution_columns() -%}
  {%- set columns = {} -%}
  {%- for name in ['analysis', 'side', 'dimensions', 'segment', 'metric'] -%}
    {%- do columns.update({name: whence.type_text()}) -%}
  {%- endfor -%}
  {%- for name in ['metric_value'] + whence.metric_percentiles().values() | list -%}
    {%- do columns.update({name: whence.type_double()}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro -%}
