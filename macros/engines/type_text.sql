{#- The text type of the engine. -#}
{%- macro type_text() -%}
  {{ return(adapter.dispatch('type_text', 'whence')()) }}
{%- endmacro -%}

{%- macro default__type_text() -%}
  {{ return('text') }}
{%- endmacro -%}

{%- macro spark__type_text() -%}
  {{ return('string') }}
{%- endmacro -%}
