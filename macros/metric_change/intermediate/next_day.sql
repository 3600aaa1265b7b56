{#-
  The day after a date.

  date: ISO text. Returns an ISO text.
-#}
{%- macro next_day(date) -%}
  {%- set day = modules.datetime.datetime.strptime(date, '%Y-%m-%d') + modules.datetime.timedelta(days=1) -%}
  {{ return(day.date().isoformat()) }}
{%- endmacro -%}
