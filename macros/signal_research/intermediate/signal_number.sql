{#-
  A column as a double whose square stays within the range of doubles: null where it is missing, NaN, infinite or beyond
  1e30, zero below 1e-30.

  expression: SQL, any numeric type.
-#}
{%- macro signal_number(expression) -%}
  {%- set value = 'cast(' ~ expression ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {{ return(
    'case when abs(' ~ value ~ ') < 1e-30 then 0 when abs(' ~ value ~ ') <= 1e30 then ' ~ value ~ ' end'
  ) }}
{%- endmacro -%}
