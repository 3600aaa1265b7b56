{#-
  The values of a segment as a JSON object, as text.

  names: list of dimension names.
  values: list of SQL of type text, one per dimension.
-#}
{%- macro segment_json(names, values) -%}
  {%- set parts = [] -%}
  {%- for name in names -%}
    {%- set key = ('{' if loop.first else ', ') ~ tojson(name) ~ ': ' -%}
    {%- do parts.append(whence.text_literal(key) ~ ' || ' ~ whence.json_string(values[loop.index0])) -%}
  {%- endfor -%}
  {{ return(parts | join(' || ') ~ " || '}'") }}
{%- endmacro -%}
