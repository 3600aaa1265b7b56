{#-
  A date setting as an ISO text; YAML's own dates (unquoted) are accepted.

  field: path of the setting.
  value: as written.
-#}
{%- macro check_date(field, value) -%}
  {%- set text = value.strftime('%Y-%m-%d') if value.strftime is defined else value | string | trim -%}
  {%- set match = modules.re.match('^([0-9]{4})-([0-9]{2})-([0-9]{2})$', text) -%}
  {%- if match -%}
    {%- set year, month, day = match.group(1) | int, match.group(2) | int, match.group(3) | int -%}
    {%- set leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- set lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
    {%- if year >= 1 and 1 <= month <= 12 and 1 <= day <= lengths[month - 1] -%}
      {{ return(text) }}
    {%- endif -%}
  {%- endif -%}
  {%- do whence.config_error(field, "'" ~ text ~ "' is not a date; expected 'YYYY-MM-DD', in quotes") -%}
{%- endmacro -%}
