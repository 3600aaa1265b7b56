{#-
  A setting that names a column or holds an SQL expression, as SQL: a column's name is quoted, anything else is taken
  as written.

  field: path for messages.
  text: as written.
  columns: list of column objects.
  label: name of the relation.
-#}
{%- macro column_expression(field, text, columns, label) -%}
  {%- set column = whence.find_column(text, columns) -%}
  {%- if column is not none -%}
    {{ return(whence.quote_identifier(column.name)) }}
  {%- endif -%}
  {%- do whence.check_expression(field, text, columns, label) -%}
  {{ return(whence.bracketed(text)) }}
{%- endmacro -%}
