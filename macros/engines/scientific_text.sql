{#-
  A double as text with one digit before the point, two behind it, and an exponent: 1.20e+200.

  expression: SQL of type double.
-#}
{%- macro scientific_text(expression) -%}
  {{ return(adapter.dispatch('scientific_text', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__scientific_text(expression) -%}
  {{ return("printf('%.2e', " ~ expression ~ ')') }}
{%- endmacro -%}

{%- macro postgres__scientific_text(expression) -%}
  {{ return("trim(to_char(" ~ expression ~ ", '9.99EEEE'))") }}
{%- endmacro -%}
