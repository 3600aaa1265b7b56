{#-
  A text as a JSON string with its quotes, as text.

  expression: SQL of type text, not null.
-#}
{%- macro json_string(expression) -%}
  {{ return(adapter.dispatch('json_string', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__json_string(expression) -%}
  {{ return('cast(to_json(cast(' ~ expression ~ ' as text)) as text)') }}
{%- endmacro -%}

{%- macro spark__json_string(expression) -%}
  {{ return("regexp_extract(to_json(named_struct('x', " ~ expression ~ ")), '^\\\\{\"x\":(.*)\\\\}$', 1)") }}
{%- endmacro -%}
