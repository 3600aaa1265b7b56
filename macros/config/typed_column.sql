{#-
  A column of a relation in the type that its role needs; stops compilation where its own type cannot serve.

  input: relation as check_input returns it.
  role: name of the role, for messages.
  column: column object of the relation.
  kind: date, number or text.
  timezone: the zone in which an instant becomes a date.
  Returns {'name', 'sql', 'data_type'}; a number is its column as it is, to be cast.
-#}
{%- macro typed_column(input, role, column, kind, timezone='UTC') -%}
  {%- set family = whence.type_family(column.dtype) -%}
  {%- set sql = whence.quote_identifier(column.name) -%}
  {%- set misfits = {
    'number': family not in ['integer', 'decimal', 'double'],
    'date': family in ['boolean', 'double', 'decimal', 'other'],
    'text': false,
  } -%}
  {%- if misfits[kind] and not whence.is_untyped(column.dtype) -%}
    {%- do whence.config_error(
      input.field ~ '.columns.' ~ role, "'" ~ column.name ~ "' of " ~ input.label ~ ' is of type ' ~ column.dtype
      ~ '; expected ' ~ ('a number' if kind == 'number' else 'a date, a timestamp, or text that holds dates')
    ) -%}
  {%- endif -%}
  {%- if kind == 'date' -%}
    {%- set sql = whence.to_date(sql, column.dtype, timezone=timezone) -%}
  {%- elif kind == 'text' -%}
    {%- set sql = whence.to_text(sql, column.dtype) -%}
  {%- endif -%}
  {{ return({'name': column.name, 'sql': sql, 'data_type': column.dtype}) }}
{%- endmacro -%}
