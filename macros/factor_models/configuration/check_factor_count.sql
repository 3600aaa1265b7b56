{#-
  How many factors are kept, in one form.

  field: path of the setting.
  value: a whole number of at least 1, auto, parallel, bai_ng, or {variance: share}.
  Returns {'rule': number, auto, parallel, bai_ng or variance; 'value': the number or share, none otherwise}.
-#}
{%- macro check_factor_count(field, value) -%}
  {%- if value is mapping -%}
    {%- set given = whence.check_fields(
      field, value, {'variance': {'type': 'number', 'min': 0, 'max': 1, 'required': true}}
    ) -%}
    {{ return({'rule': 'variance', 'value': given.variance}) }}
  {%- elif value in ['auto', 'parallel', 'bai_ng'] -%}
    {{ return({'rule': value, 'value': none}) }}
  {%- elif value is boolean or not modules.re.match('^[-+]?[0-9]+$', value | string | trim) -%}
    {%- do whence.config_error(
      field, "'" ~ value ~ "' is not a number of factors; expected a whole number, auto, parallel, bai_ng or {variance: 0.9}"
    ) -%}
  {%- endif -%}
  {{ return({'rule': 'number', 'value': whence.check_value(field, value, {'type': 'integer', 'min': 1})}) }}
{%- endmacro -%}
