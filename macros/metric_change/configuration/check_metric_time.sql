{#-
  The time setting in its normal form, or none.

  field: path for messages.
  value: a mapping, or just the column's name.
  Returns {'column', 'grain' (none: from the data), 'date_order', 'timezone', 'fiscal_year_start'}.
-#}
{%- macro check_metric_time(field, value) -%}
  {%- if value is none -%}
    {{ return(none) }}
  {%- endif -%}
  {{ return(whence.check_fields(field, {'column': value} if value is string else value, {
    'column': {'type': 'text'},
    'grain': {'type': 'text', 'one_of': ['day', 'week', 'month', 'quarter', 'year']},
    'date_order': {'type': 'text', 'one_of': ['ymd', 'dmy', 'mdy'], 'default': 'ymd'},
    'timezone': {'type': 'text', 'default': 'UTC'},
    'fiscal_year_start': {'type': 'integer', 'min': 1, 'max': 12, 'default': 1},
  })) }}
{%- endmacro -%}
