{#-
  The first day of the window of time that holds a date.

  date, grain, fiscal_year_start: SQL; grain is day, week (from Monday), month, quarter or year, fiscal_year_start the
  month (1 to 12) in which the year begins.
-#}
{%- macro period_start(date, grain, fiscal_year_start) -%}
  {%- set shift = '(' ~ fiscal_year_start ~ ' - 1)' -%}
  {%- set month = whence.truncate_date('month', date) -%}
  {%- set shifted = whence.add_months(month, '-' ~ shift) -%}
case {{ grain }}
    when 'week' then {{ whence.truncate_date('week', date) }}
    when 'month' then {{ month }}
    when 'quarter' then {{ whence.add_months(whence.truncate_date('quarter', shifted), shift) }}
    when 'year' then {{ whence.add_months(whence.truncate_date('year', shifted), shift) }}
    else {{ date }}
end
{%- endmacro -%}
