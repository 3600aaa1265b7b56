{#- True where models are built, so that a missing relation is a mistake; false while parsing, compiling, linting. -#}
{%- macro is_building() -%}
  {{ return(execute and flags.WHICH in ['build', 'run', 'retry', 'run-operation', 'show']) }}
{%- endmacro -%}
