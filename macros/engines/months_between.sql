{#-
  Whole months from one first day of a month to another.

  first, last: SQL of type date.
-#}
{%- macro months_between(first, last) -%}
  {{ return(
    '(12 * (extract(year from ' ~ last ~ ') - extract(year from ' ~ first ~ ')) + extract(month from ' ~ last
    ~ ') - extract(month from ' ~ first ~ '))'
  ) }}
{%- endmacro -%}
