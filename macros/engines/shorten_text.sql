{#-
  A text cut to a length for display, three points at its end where something is missing.

  expression: SQL of type text.
  length: the most characters that are kept (60).
-#}
{%- macro shorten_text(expression, length=60) -%}
  {{ return(
    '(case when length(' ~ expression ~ ') > ' ~ length ~ ' then substr(' ~ expression ~ ', 1, ' ~ (length - 3)
    ~ ") || '...' else " ~ expression ~ ' end)'
  ) }}
{%- endmacro -%}
