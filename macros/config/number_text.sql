{#-
  A number for people: thousands separated, two decimals unless it is whole.

  value: a number.
  signed: a plus before positive ones.
-#}
{%- macro number_text(value, signed=false) -%}
  {%- set format = '{:' ~ ('+' if signed else '') ~ (',.0f}' if value == value | round(0) else ',.2f}') -%}
  {{ return(format.format(value)) }}
{%- endmacro -%}
