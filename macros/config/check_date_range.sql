{#-
  A pair of dates, both included, as ISO texts.

  field: path of the setting.
  value: as written, a list.
-#}
{%- macro check_date_range(field, value) -%}
  {%- if value | length != 2 -%}
    {%- do whence.config_error(field, "'" ~ value ~ "' is not a pair of dates; expected ['YYYY-MM-DD', 'YYYY-MM-DD']") -%}
  {%- endif -%}
  {%- set first = whence.check_date(field ~ '[0]', value[0]) -%}
  {%- set last = whence.check_date(field ~ '[1]', value[1]) -%}
  {%- if first > last -%}
    {%- do whence.config_error(field, "starts on '" ~ first ~ "', after its end on '" ~ last ~ "'") -%}
  {%- endif -%}
  {{ return([first, last]) }}
{%- endmacro -%}
