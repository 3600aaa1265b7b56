{#-
  A text as a sort key in the order of its UTF-8 bytes, whatever the collation of the database.

  expression: SQL of type text.
-#}
{%- macro text_order(expression) -%}
  {{ return(adapter.dispatch('text_order', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__text_order(expression) -%}
  {{ return(expression) }}
{%- endmacro -%}

{%- macro postgres__text_order(expression) -%}
  {{ return(expression ~ ' collate "C"') }}
{%- endmacro -%}
