{#-
  A measure as a double, with what differences of it would take out of the range of doubles turned into null: sizes
  beyond 1e300, infinities, NaN.

  slot: SQL, a column that holds a measure.
-#}
{%- macro metric_double(slot) -%}
  {%- set value = 'cast(' ~ slot ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {%- if '.double_' not in slot -%}
    {{ return(value) }}
  {%- endif -%}
  {{ return('case when abs(' ~ value ~ ') <= 1e300 then ' ~ value ~ ' end') }}
{%- endmacro -%}
