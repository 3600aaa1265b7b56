{#-
  The columns that a study's signals are made neutral to.

  spec: as check_signal_study returns it.
  columns: list of column objects of the panel.
  label: name of the panel.
  Returns a list of {'name', 'sql', 'is_number'}, one at most of which is no number.
-#}
{%- macro signal_controls(spec, columns, label) -%}
  {%- set field = spec.field ~ '.neutralize' -%}
  {%- set controls = [] -%}
  {%- for name in spec.neutralize -%}
    {%- set column = whence.required_column(field, name, columns, label) -%}
    {%- set family = whence.type_family(column.dtype) -%}
    {%- set is_number = family in ['integer', 'decimal', 'double', 'boolean'] or whence.is_untyped(column.dtype) -%}
    {%- set sql = whence.quote_identifier(column.name) -%}
    {%- if not is_number and family != 'text' -%}
      {%- do whence.config_error(
        field, "'" ~ column.name ~ "' of " ~ label ~ ' is of type ' ~ column.dtype ~ '; expected a number, or text that '
        ~ 'names the group of an asset'
      ) -%}
    {%- elif not is_number and controls | rejectattr('is_number') | list -%}
      {%- do whence.config_error(
        field, "'" ~ (controls | rejectattr('is_number') | map(attribute='name') | first) ~ "' and '" ~ column.name
        ~ "' are both text; expected one column of groups, such as the two joined into one"
      ) -%}
    {%- elif column.name | lower in spec.signals | map(attribute='name') | map('lower') | list -%}
      {%- do whence.config_error(
        field, "'" ~ column.name ~ "' is a signal of the study: nothing of it would be left; expected other columns"
      ) -%}
    {%- endif -%}
    {%- do controls.append({
      'name': column.name, 'is_number': is_number,
      'sql': whence.signal_number_of(column) if is_number else whence.to_text(sql, column.dtype),
    }) -%}
  {%- endfor -%}
  {{ return(controls) }}
{%- endmacro -%}
