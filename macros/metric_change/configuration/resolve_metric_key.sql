{#-
  The key that tells which row of a snapshot is which row of the other. Stops compilation where the other snapshot lacks
  a column of it, or has it in a type whose values cannot be equal.

  spec: as check_metric_analysis returns it.
  columns, other: lists of column objects of the two relations.
  Returns {'key': names of the columns, 'key_sql': their values, list}.
-#}
{%- macro resolve_metric_key(spec, columns, other) -%}
  {%- set numbers = ['integer', 'decimal', 'double'] -%}
  {%- set moments = ['date', 'timestamp', 'timestamptz'] -%}
  {%- set field = spec.field ~ '.key' -%}
  {%- set resolved = {'key': [], 'key_sql': []} -%}
  {%- for name in spec.key or [] -%}
    {%- set column = whence.required_column(field, name, columns, spec.relation.label) -%}
    {%- set found = whence.required_column(field, column.name, other, spec.compare.relation.label) -%}
    {%- set families = [whence.type_family(column.dtype), whence.type_family(found.dtype)] -%}
    {%- set is_alike = families[0] == families[1] or families | reject('in', numbers) | list | length == 0
      or families | reject('in', moments) | list | length == 0 -%}
    {%- if not is_alike -%}
      {%- do whence.config_error(
        field, "'" ~ column.name ~ "' is of type " ~ column.dtype ~ ' in ' ~ spec.relation.label ~ ' and of type '
        ~ found.dtype ~ ' in ' ~ spec.compare.relation.label ~ '; expected the same type in both, so that rows can be matched'
      ) -%}
    {%- endif -%}
    {%- set sql = whence.quote_identifier(column.name) -%}
    {%- do resolved.key.append(column.name) -%}
    {%- do resolved.key_sql.append(whence.to_text(sql, column.dtype) if families[0] in ['text', 'other'] else sql) -%}
  {%- endfor -%}
  {{ return(resolved) }}
{%- endmacro -%}
