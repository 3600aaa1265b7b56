{#-
  The current window in its normal form.

  field: path for messages.
  value: last_complete, latest, or a pair of dates.
  Returns {'kind': last_complete, latest or dates, 'dates': pair or none}.
-#}
{%- macro check_metric_current(field, value) -%}
  {%- if value is string and value in ['last_complete', 'latest'] -%}
    {{ return({'kind': value, 'dates': none}) }}
  {%- elif value is iterable and value is not string and value is not mapping -%}
    {{ return({'kind': 'dates', 'dates': whence.check_date_range(field, value | list)}) }}
  {%- endif -%}
  {%- do whence.not_one_of(field, value, ['last_complete', 'latest', '[start, end]']) -%}
{%- endmacro -%}
