{#-
  The label of a dimension set: names joined as the values of a segment are.

  names: list of dimension names.
-#}
{%- macro dimensions_label(names) -%}
  {%- set parts = [] -%}
  {%- for name in names -%}
    {%- do parts.append(name | replace('|', '\\|') if ' | ' in ' ' ~ name ~ ' ' or '\\|' in name else name) -%}
  {%- endfor -%}
  {{ return(parts | join(' | ')) }}
{%- endmacro -%}
