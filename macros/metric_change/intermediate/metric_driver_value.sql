{#-
  A value of a row as a double that ten of can be multiplied and divided within the range of doubles: sizes beyond
  1e30 and NaN count as missing, those below 1e-30 as 0.

  expression: SQL of a number.
-#}
{%- macro metric_driver_value(expression) -%}
  {%- set value = 'cast(' ~ expression ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {{ return(
    'case when abs(' ~ value ~ ') < 1e-30 then 0 when abs(' ~ value ~ ') <= 1e30 then ' ~ value ~ ' end'
  ) }}
{%- endmacro -%}
