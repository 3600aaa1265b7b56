{#-
  A double rounded to a number of significant digits, so that ranks do not depend on the order of summation.

  expression: SQL of type double.
  digits: how many digits are kept (12).
-#}
{%- macro round_significant(expression, digits=12) -%}
  {%- set unit = 'power(cast(10 as ' ~ whence.type_double() ~ '), floor(log10(abs(' ~ expression ~ '))) - '
    ~ (digits - 1) ~ ')' -%}
  {{ return(
    'case when ' ~ expression ~ ' = 0 then 0 when abs(' ~ expression ~ ') < 1e-280 then ' ~ expression
    ~ ' else round(' ~ expression ~ ' / ' ~ unit ~ ') * ' ~ unit ~ ' end'
  ) }}
{%- endmacro -%}
