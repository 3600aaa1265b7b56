{#-
  A percentile with linear interpolation, as a double.

  expression: SQL, any numeric type.
  p: 0 to 1.
-#}
{%- macro percentile(expression, p) -%}
  {#- In doubles: DuckDB would round the percentile of a decimal to the scale of its type. -#}
  {{ return(
    'percentile_cont(' ~ p ~ ') within group (order by cast(' ~ expression ~ ' as ' ~ whence.type_double() ~ '))'
  ) }}
{%- endmacro -%}
