{#-
  The difference of two values, 0 where it lies in the thirteenth digit: summing in another order leaves as much.

  value, other: SQL of type double.
-#}
{%- macro metric_difference(value, other) -%}
  {%- set difference = value ~ ' - ' ~ other -%}
  {{ return(
    'case when abs(' ~ difference ~ ') <= 1e-12 * greatest(abs(' ~ value ~ '), abs(' ~ other ~ ')) then 0 else '
    ~ difference ~ ' end'
  ) }}
{%- endmacro -%}
