{#-
  True where a regular expression matches a part of a text.

  expression: SQL of type text.
  pattern: in the syntax that RE2, Postgres and Java share.
-#}
{%- macro regex_matches(expression, pattern) -%}
  {{ return(adapter.dispatch('regex_matches', 'whence')(expression, whence.text_literal(pattern))) }}
{%- endmacro -%}

{%- macro default__regex_matches(expression, pattern) -%}
  {{ return('regexp_matches(' ~ expression ~ ', ' ~ pattern ~ ')') }}
{%- endmacro -%}

{%- macro postgres__regex_matches(expression, pattern) -%}
  {{ return('(' ~ expression ~ ' ~ ' ~ pattern ~ ')') }}
{%- endmacro -%}

{%- macro spark__regex_matches(expression, pattern) -%}
  {{ return('(' ~ expression ~ ' rlike ' ~ pattern ~ ')') }}
{%- endmacro -%}
