{#-
  The part of a text that a group of a regular expression matches; null without a match.

  expression: SQL of type text.
  pattern: a regular expression with exactly one group, in the syntax that RE2, Postgres and Java share.
-#}
{%- macro regex_group(expression, pattern) -%}
  {{ return(adapter.dispatch('regex_group', 'whence')(expression, whence.text_literal(pattern))) }}
{%- endmacro -%}

{%- macro default__regex_group(expression, pattern) -%}
  {{ return("nullif(regexp_extract(" ~ expression ~ ", " ~ pattern ~ ", 1), '')") }}
{%- endmacro -%}

{%- macro postgres__regex_group(expression, pattern) -%}
  {{ return("nullif(substring(" ~ expression ~ " from " ~ pattern ~ "), '')") }}
{%- endmacro -%}
