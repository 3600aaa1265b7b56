{#-
  A text with every match of a regular expression replaced.

  expression: SQL of type text.
  pattern: in the syntax that RE2, Postgres and Java share.
  replacement: plain text.
-#}
{%- macro regex_replace(expression, pattern, replacement) -%}
  {{ return(adapter.dispatch('regex_replace', 'whence')(
    expression, whence.text_literal(pattern), whence.text_literal(replacement)
  )) }}
{%- endmacro -%}

{%- macro default__regex_replace(expression, pattern, replacement) -%}
  {{ return('regexp_replace(' ~ expression ~ ', ' ~ pattern ~ ', ' ~ replacement ~ ", 'g')") }}
{%- endmacro -%}

{%- macro spark__regex_replace(expression, pattern, replacement) -%}
  {{ return('regexp_replace(' ~ expression ~ ', ' ~ pattern ~ ', ' ~ replacement ~ ')') }}
{%- endmacro -%}
