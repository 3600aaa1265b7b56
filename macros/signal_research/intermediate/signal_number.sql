{#-
  A column as a double whose square stays within the range of doubles: null where it is missing, NaN, infinite or beyond
  1e30, zero below 1e-30.

  expression: SQL, any numeric type.
-#}
{%- macro signal_number(expression) -%}
  {#- compared before the cast: PostgreSQL stops where a decimal is beyond a double -#}
  {{ return(
    'case when ' ~ expression ~ ' between -1e-30 and 1e-30 then 0 when ' ~ expression
    ~ ' between -1e30 and 1e30 then cast(' ~ expression ~ ' as ' ~ whence.type_double() ~ ') end'
  ) }}
{%- endmacro -%}
