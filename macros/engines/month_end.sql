{#-
  The last day of the month of a date.

  date: SQL of type date.
-#}
{%- macro month_end(date) -%}
  {{ return(whence.add_days(whence.add_months(whence.truncate_date('month', date), 1), -1)) }}
{%- endmacro -%}
