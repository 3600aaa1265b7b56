{#-
  SQL that gives the engine's name of an expression's type, as text; works on a scalar subquery without rows.

  expression: SQL.
-#}
{%- macro value_type(expression) -%}
  {{ return(adapter.dispatch('value_type', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__value_type(expression) -%}
  {{ return('typeof(' ~ expression ~ ')') }}
{%- endmacro -%}

{%- macro postgres__value_type(expression) -%}
  {{ return('cast(pg_typeof(' ~ expression ~ ') as text)') }}
{%- endmacro -%}
