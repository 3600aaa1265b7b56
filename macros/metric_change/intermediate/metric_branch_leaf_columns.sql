{#-
  The columns of metric_branch_leaves with their types: of each side the records, the amount and size (see
  metric_changes; not scaled, size is 0 for sums and counts), and the second moments over records (see metric_moments; 0
  where errors are not by record).

  n_dimensions: how many dimension columns the table has.
-#}
{%- macro metric_branch_leaf_columns(n_dimensions) -%}
  {%- set text, double = whence.type_text(), whence.type_double() -%}
  {%- set columns = {'analysis': text, 'analysis_group': text, 'metric': text, 'kind': text, 'baseline_scale': double} -%}
  {%- for i in range(1, n_dimensions + 1) -%}
    {%- do columns.update({'dimension_' ~ i: text}) -%}
  {%- endfor -%}
  {%- for side in ['baseline', 'current'] -%}
    {%- do columns.update({side ~ '_records': 'bigint'}) -%}
    {%- for part in ['amount', 'size', 'nn', 'nd', 'dd'] -%}
      {%- do columns.update({side ~ '_' ~ part: double}) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro -%}
