{#- The 8-byte floating point type of the engine. -#}
{%- macro type_double() -%}
  {{ return(adapter.dispatch('type_double', 'whence')()) }}
{%- endmacro -%}

{%- macro default__type_double() -%}
  {{ return('double precision') }}
{%- endmacro -%}

{%- macro spark__type_double() -%}
  {{ return('double') }}
{%- endmacro -%}
