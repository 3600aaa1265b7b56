{#-
  A value as text, written the same on every engine (a whole double as 1, not 1.0).

  expression: SQL.
  data_type: the engine's name of its type.
-#}
{%- macro to_text(expression, data_type) -%}
  {{ return(adapter.dispatch('to_text', 'whence')(expression, whence.type_family(data_type))) }}
{%- endmacro -%}

{%- macro default__to_text(expression, family) -%}
  {{ return('cast(' ~ expression ~ ' as ' ~ whence.type_text() ~ ')') }}
{%- endmacro -%}

{%- macro duckdb__to_text(expression, family) -%}
  {%- if family == 'double' -%}
    {{ return("regexp_replace(cast(" ~ expression ~ " as text), '\\.0$', '')") }}
  {%- endif -%}
  {{ return(whence.default__to_text(expression, family)) }}
{%- endmacro -%}
