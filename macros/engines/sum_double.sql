{#-
  Sum of doubles, compensated where the engine can, so that the row order hardly shows.

  expression: SQL of type double.
-#}
{%- macro sum_double(expression) -%}
  {{ return(adapter.dispatch('sum_double', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__sum_double(expression) -%}
  {{ return('sum(' ~ expression ~ ')') }}
{%- endmacro -%}

{%- macro duckdb__sum_double(expression) -%}
  {{ return('fsum(' ~ expression ~ ')') }}
{%- endmacro -%}
