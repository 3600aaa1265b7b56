{#-
  The column that a setting names; stops compilation where there is none.

  field: path for messages.
  name: as written.
  columns: list of column objects.
  label: name of the relation.
-#}
{%- macro required_column(field, name, columns, label) -%}
  {%- set column = whence.find_column(name, columns) -%}
  {%- if column is none -%}
    {%- do whence.not_one_of(field, name, columns | map(attribute='name') | list, 'a column of ' ~ label) -%}
  {%- endif -%}
  {{ return(column) }}
{%- endmacro -%}
