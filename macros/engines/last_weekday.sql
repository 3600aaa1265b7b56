{#-
  The last day up to a date that is no Saturday or Sunday.

  date: SQL of type date.
-#}
{%- macro last_weekday(date) -%}
  {%- set eve = whence.add_days(date, -1) -%}
  {{ return(
    '(case when not ' ~ whence.is_weekend(date) ~ ' then ' ~ date ~ ' when not ' ~ whence.is_weekend(eve) ~ ' then ' ~ eve
    ~ ' else ' ~ whence.add_days(date, -2) ~ ' end)'
  ) }}
{%- endmacro -%}
