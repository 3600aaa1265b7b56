{#-
  A double as text with a fixed number of decimals, thousands separated by commas, whatever the locale: 1,234.50.

  expression: SQL of type double, of a size below 1e15.
  decimals: SQL of type integer, 0 to 8.
-#}
{%- macro fixed_text(expression, decimals) -%}
  {{ return(adapter.dispatch('fixed_text', 'whence')(expression, decimals)) }}
{%- endmacro -%}

{%- macro default__fixed_text(expression, decimals) -%}
  {{ return("format('{:,.{}f}', " ~ expression ~ ', ' ~ decimals ~ ')') }}
{%- endmacro -%}

{%- macro postgres__fixed_text(expression, decimals) -%}
  {{ return(
    "to_char(" ~ expression ~ ", rtrim('FM999,999,999,999,999,990.' || repeat('0', " ~ decimals ~ "), '.'))"
  ) }}
{%- endmacro -%}

{%- macro spark__fixed_text(expression, decimals) -%}
  {{ return('format_number(' ~ expression ~ ', ' ~ decimals ~ ')') }}
{%- endmacro -%}
