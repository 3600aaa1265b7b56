{#-
  A double rounded to a number of significant digits, so that ranks do not depend on the order of summation.

  expression: SQL of type double.
  digits: how many digits are kept (12).
  size: SQL of type double, not negative: the size of the numbers that the expression is a difference of, whose digits
  count then; default: of the expression itself.
-#}
{%- macro round_significant(expression, digits=12, size=none) -%}
  {%- set magnitude = size or 'abs(' ~ expression ~ ')' -%}
  {%- set unit = 'power(cast(10 as ' ~ whence.type_double() ~ '), floor(log10(' ~ magnitude ~ ')) - '
    ~ (digits - 1) ~ ')' -%}
  {{ return(
    'case when ' ~ magnitude ~ ' = 0 then 0 when ' ~ magnitude ~ ' < 1e-280 then ' ~ expression
    ~ ' else round(' ~ expression ~ ' / ' ~ unit ~ ') * ' ~ unit ~ ' end'
  ) }}
{%- endmacro -%}
