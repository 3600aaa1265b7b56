{#-
  Months since the start of the calendar, a whole number: neighbouring months differ by 1.

  date: SQL of type date.
-#}
{%- macro month_number(date) -%}
  {{ return('cast(12 * extract(year from ' ~ date ~ ') + extract(month from ' ~ date ~ ') as integer)') }}
{%- endmacro -%}
