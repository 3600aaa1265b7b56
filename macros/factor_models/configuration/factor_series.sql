{#-
  The factors of a relation that has one column for each: every numeric column but the date.

  input: relation as check_input returns it.
  columns: list of column objects of the relation.
  date: name of the date column.
  Returns a list of {'name', 'sql'}.
-#}
{%- macro factor_series(input, columns, date) -%}
  {%- set series = [] -%}
  {%- for column in columns if column.name != date and whence.type_family(column.dtype) in ['integer', 'decimal', 'double'] -%}
    {%- do series.append({'name': column.name, 'sql': whence.quote_identifier(column.name)}) -%}
  {%- endfor -%}
  {%- if not series -%}
    {%- do whence.config_error(
      input.field, input.label ~ ' has no numeric column besides ' ~ date ~ ' (' ~ columns | map(attribute='name') | join(', ')
      ~ '); expected a column per factor, or the columns date, factor, value'
    ) -%}
  {%- endif -%}
  {{ return(series) }}
{%- endmacro -%}
