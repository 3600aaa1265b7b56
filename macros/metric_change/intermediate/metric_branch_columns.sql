{#-
  The columns of metric_branches with their types. Of a node: fixed_1 ... are the values that all its rows share, by
  position of the dimension (null where they differ); split_no the position of the dimension that it is split by, null
  for the deepest; next_dimension the one that explains most after it; n_dimensions_left in how many dimensions its rows differ; n_supported and n_contributing how many
  segments of that dimension pass.

  n_dimensions: how many dimension columns the table has.
-#}
{%- macro metric_branch_columns(n_dimensions) -%}
  {%- set text, double = whence.type_text(), whence.type_double() -%}
  {%- set columns = {
    'analysis': text, 'analysis_group': text, 'metric': text, 'kind': text, 'path': text, 'parent_path': text,
    'depth': 'integer', 'dimension': text, 'segment': text, 'aliases': text, 'change': double, 'gross_up': double,
    'gross_down': double, 'split_no': 'integer', 'split_dimension': text,
    'next_dimension': text, 'n_dimensions_left': 'integer',
    'n_supported': 'bigint', 'n_contributing': 'bigint', 'max_q': double,
  } -%}
  {%- for i in range(1, n_dimensions + 1) -%}
    {%- do columns.update({'fixed_' ~ i: text}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro -%}
