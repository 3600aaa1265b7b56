{#-
  The column that plays a role in a relation: named for this relation, else named at the top of the spec where the
  relation has it, else the first of the usual names that it has; none otherwise.

  role: name of the role.
  input: relation as check_input returns it.
  columns: list of column objects of the relation.
  shared: the mapping at the top of the spec.
  usual: list of usual names.
-#}
{%- macro role_column(role, input, columns, shared, usual) -%}
  {%- if role in input.columns -%}
    {%- set column = whence.find_column(input.columns[role], columns) -%}
    {%- if column is none -%}
      {%- do whence.not_one_of(
        input.field ~ '.columns.' ~ role, input.columns[role], columns | map(attribute='name') | list,
        'a column of ' ~ input.label
      ) -%}
    {%- endif -%}
    {{ return(column) }}
  {%- endif -%}
  {%- for name in ([shared[role]] if role in shared else []) + usual -%}
    {%- set column = whence.find_column(name, columns) -%}
    {%- if column is not none -%}
      {{ return(column) }}
    {%- endif -%}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro -%}
