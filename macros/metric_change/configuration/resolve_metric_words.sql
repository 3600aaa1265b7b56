{#-
  The columns whose words are counted, with their SQL: dimensions that are expressions, or columns of the relation (text
  that numeric_text reads as numbers is a double by then).

  spec: as check_metric_analysis returns it.
  resolved: of the analysis, its dimensions with types and its rows resolved.
  columns: list of column objects of the relation.
  Returns a list of {'name', 'sql', 'data_type'}.
-#}
{%- macro resolve_metric_words(spec, resolved, columns) -%}
  {%- set words = [] -%}
  {%- set expressions = (spec.dimensions or []) | selectattr('expr') | map(attribute='name') | list -%}
  {%- for name in spec.text.word_frequency -%}
    {%- set field = spec.field ~ '.text.word_frequency[' ~ loop.index0 ~ ']' -%}
    {%- set declared = whence.find_column(name, resolved.dimensions | selectattr('name', 'in', expressions) | list) -%}
    {%- if declared is not none -%}
      {%- set word = {'name': declared.name, 'sql': declared.sql, 'data_type': declared.data_type} -%}
    {%- else -%}
      {%- set column = whence.required_column(field, name, columns, spec.relation.label) -%}
      {%- set numbers = (resolved.rows or []) | selectattr('is_number') | map(attribute='name') | list -%}
      {%- set word = {
        'name': column.name, 'sql': whence.quote_identifier(column.name),
        'data_type': whence.type_double() if column.name in numbers else column.dtype,
      } -%}
    {%- endif -%}
    {%- if word.name in words | map(attribute='name') -%}
      {%- do whence.config_error(field, "'" ~ word.name ~ "' is used twice") -%}
    {%- endif -%}
    {%- do words.append(word) -%}
  {%- endfor -%}
  {{ return(words) }}
{%- endmacro -%}
