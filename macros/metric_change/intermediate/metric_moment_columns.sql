{#- The columns of metric_moments with their types, for the select without rows. -#}
{%- macro metric_moment_columns() -%}
  {%- set columns = {} -%}
  {%- for name in ['analysis', 'side', 'dimensions', 'segment', 'metric'] -%}
    {%- do columns.update({name: whence.type_text()}) -%}
  {%- endfor -%}
  {%- for name in ['n_days', 'nn', 'nd', 'dd', 'nn_total', 'nd_total', 'dn_total', 'dd_total'] -%}
    {%- do columns.update({name: whence.type_double()}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro -%}
