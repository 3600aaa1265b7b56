{#-
  The first of many names, for a message: a, b, c and 12 more.

  names: list.
  most: how many are shown.
-#}
{%- macro some_names(names, most=10) -%}
  {%- set rest = names | length - most -%}
  {{ return((names | list)[:most] | join(', ') ~ (' and ' ~ rest ~ ' more' if rest > 0 else '')) }}
{%- endmacro -%}
