{#-
  Whether values differ by more than the rounding of doubles: their range is above 1e-12 of the largest in size.

  low, high: SQL, the least and the greatest value.
-#}
{%- macro signal_varies(low, high) -%}
  {{ return(high ~ ' - ' ~ low ~ ' > 1e-12 * greatest(abs(' ~ low ~ '), abs(' ~ high ~ '))') }}
{%- endmacro -%}
