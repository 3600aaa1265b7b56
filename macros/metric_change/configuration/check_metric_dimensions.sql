{#-
  The dimensions in their normal form; none stays none (inferred).

  field: path for messages.
  value: list of column names and {name, expr}.
  Returns a list of {'name', 'expr'}; expr is none for a column.
-#}
{%- macro check_metric_dimensions(field, value) -%}
  {%- if value is none -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set dimensions = [] -%}
  {%- set seen = [] -%}
  {%- for entry in value -%}
    {%- set path = field ~ '[' ~ loop.index0 ~ ']' -%}
    {%- set dimension = whence.check_fields(path, entry if entry is mapping else {'name': entry}, {
      'name': {'type': 'text', 'required': true}, 'expr': {'type': 'text'},
    }) -%}
    {%- if dimension.name in seen -%}
      {%- do whence.config_error(path, "'" ~ dimension.name ~ "' is used twice") -%}
    {%- endif -%}
    {%- do seen.append(dimension.name) -%}
    {%- do dimensions.append(dimension) -%}
  {%- endfor -%}
  {{ return(dimensions) }}
{%- endmacro -%}
