{#-
  The factors of a relation that has one column for each: every numeric column but the date, and those of nulls alone.

  input: relation as check_input returns it.
  columns: list of column objects of the relation.
  date: name of the date column.
  Returns a list of {'name', 'sql'}.
-#}
{%- macro factor_series(input, columns, date) -%}
  {%- set series = [] -%}
  {%- set texts = [] -%}
  {%- for column in columns if column.name != date -%}
    {%- set family = whence.type_family(column.dtype) -%}
    {%- if family in ['integer', 'decimal', 'double'] or whence.is_untyped(column.dtype) -%}
      {%- do series.append({'name': column.name, 'sql': whence.quote_identifier(column.name)}) -%}
    {%- elif family == 'text' -%}
      {%- do texts.append(column.name) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not series -%}
    {%- do whence.config_error(
      input.field, input.label ~ ' has no numeric column besides ' ~ date ~ ' (' ~ columns | map(attribute='name') | join(', ')
      ~ '); expected a column per factor, or the columns date, factor, value'
    ) -%}
  {%- elif texts -%}
    {%- do exceptions.warn(
      'whence: ' ~ input.field ~ ': ' ~ texts | join(', ') ~ ' of ' ~ input.label ~ (' is' if texts | length == 1 else ' are')
      ~ ' text, so no factor; expected numbers'
    ) -%}
  {%- endif -%}
  {{ return(series) }}
{%- endmacro -%}
