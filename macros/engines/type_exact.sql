{#-
  The type that holds an exact sum.

  scale: digits after the point of the summed values. Postgres' numeric needs none.
-#}
{%- macro type_exact(scale) -%}
  {{ return(adapter.dispatch('type_exact', 'whence')(scale)) }}
{%- endmacro -%}

{%- macro default__type_exact(scale) -%}
  {{ return('decimal(38, ' ~ scale ~ ')') }}
{%- endmacro -%}

{%- macro postgres__type_exact(scale) -%}
  {{ return('numeric') }}
{%- endmacro -%}
