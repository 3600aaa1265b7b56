{#-
  SQL that picks a column dimension_1, dimension_2, ... by the position of the dimension.

  dimension_no: SQL, from 1.
  relation: alias of the rows.
  n_dimensions: how many dimension columns they have.
-#}
{%- macro metric_branch_choice(dimension_no, relation, n_dimensions) -%}
  {%- set whens = [] -%}
  {%- for i in range(1, n_dimensions + 1) -%}
    {%- do whens.append('when ' ~ i ~ ' then ' ~ relation ~ '.dimension_' ~ i) -%}
  {%- endfor -%}
  {{ return('case ' ~ dimension_no ~ ' ' ~ whens | join(' ') ~ ' end') }}
{%- endmacro -%}
