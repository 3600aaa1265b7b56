{#-
  An SQL expression in brackets, also where it ends in a comment.

  expression: SQL as written.
-#}
{%- macro bracketed(expression) -%}
  {{ return('(' ~ expression ~ ('\n' if '--' in expression else '') ~ ')') }}
{%- endmacro -%}
