{#-
  A mapping with every field checked and every missing one at its default. A null counts as missing.

  field: path of the mapping, for messages.
  value: the mapping as written.
  rules: dict of field name to the rule of check_value, plus default (none unless given) and required.
-#}
{%- macro check_fields(field, value, rules) -%}
  {%- if value is not mapping -%}
    {%- do whence.config_error(
      field, "'" ~ value ~ "' is not a mapping; expected fields such as " ~ (rules.keys() | list)[:3] | join(', ')
    ) -%}
  {%- endif -%}
  {%- for name in value.keys() -%}
    {%- if name not in rules -%}
      {%- do whence.not_one_of(field, name, rules.keys() | list, 'a field of it') -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set checked = {} -%}
  {%- for name, rule in rules.items() -%}
    {%- set given = value.get(name) -%}
    {%- if given is not none -%}
      {%- do checked.update({name: whence.check_value(field ~ '.' ~ name, given, rule)}) -%}
    {%- elif rule.get('required') -%}
      {%- do whence.config_error(field ~ '.' ~ name, 'is missing') -%}
    {%- else -%}
      {%- do checked.update({name: rule.get('default')}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(checked) }}
{%- endmacro -%}
