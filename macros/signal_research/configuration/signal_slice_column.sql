{#-
  The column that a study slices its information coefficients by.

  spec: as check_signal_study returns it.
  columns: list of column objects of the panel.
  label: name of the panel.
  Returns {'name', 'sql'}, none where the study has no slice_by.
-#}
{%- macro signal_slice_column(spec, columns, label) -%}
  {%- if spec.slice_by is none -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set field = spec.field ~ '.slice_by' -%}
  {%- set column = whence.required_column(field, spec.slice_by, columns, label) -%}
  {%- if whence.type_family(column.dtype) not in ['text', 'integer', 'boolean'] and not whence.is_untyped(column.dtype) -%}
    {%- do whence.config_error(
      field, "'" ~ column.name ~ "' of " ~ label ~ ' is of type ' ~ column.dtype ~ '; expected text, whole numbers or '
      ~ 'booleans that name the slice of a row, such as a sector or a state of the market'
    ) -%}
  {%- endif -%}
  {{ return({'name': column.name, 'sql': whence.to_text(whence.quote_identifier(column.name), column.dtype)}) }}
{%- endmacro -%}
