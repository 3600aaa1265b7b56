{#-
  A date some windows of time later.

  date, step_unit, step_size, windows: SQL; a window is step_size days or months (step_unit day or month).
-#}
{%- macro period_shift(date, step_unit, step_size, windows) -%}
case
    when {{ step_unit }} = 'month' then {{ whence.add_months(date, windows ~ ' * ' ~ step_size) }}
    else {{ whence.add_days(date, windows ~ ' * ' ~ step_size) }}
end
{%- endmacro -%}
