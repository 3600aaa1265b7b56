{#-
  A setting's value checked against its rule and brought to its type; text from the command line ("2", "true")
  is read as what it says.

  field: path of the setting.
  value: as written, not null.
  rule: dict of
    type: text, integer, number, boolean, date, texts (a list of texts, or one), list, mapping, any
    one_of: valid values; for texts and lists, of each entry
    min, max: bounds, for integer and number
-#}
{%- macro check_value(field, value, rule) -%}
  {%- set type = rule['type'] -%}
  {%- set found = "'" ~ value ~ "'" -%}
  {%- if type == 'any' -%}
    {{ return(value) }}
  {%- elif type == 'boolean' -%}
    {%- if value is boolean -%}
      {{ return(value) }}
    {%- elif value | string | lower in ['true', 'false'] -%}
      {{ return(value | string | lower == 'true') }}
    {%- endif -%}
    {%- do whence.config_error(field, found ~ ' is not true or false') -%}
  {%- elif type in ['integer', 'number'] -%}
    {%- set pattern = '^[-+]?[0-9]+$' if type == 'integer' else '^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?$' -%}
    {%- if value is boolean or not modules.re.match(pattern, value | string | trim) -%}
      {%- do whence.config_error(field, found ~ ' is not a ' ~ ('whole number' if type == 'integer' else 'number')) -%}
    {%- endif -%}
    {%- set number = value | int if type == 'integer' else value | float -%}
    {%- if 'min' in rule and number < rule['min'] -%}
      {%- do whence.config_error(field, found ~ ' is less than ' ~ rule['min']) -%}
    {%- endif -%}
    {%- set max = rule.get('max', 2147483647 if type == 'integer' else none) -%}
    {%- if max is not none and number > max -%}
      {%- do whence.config_error(field, found ~ ' is more than ' ~ max) -%}
    {%- endif -%}
    {%- if 'one_of' in rule and number not in rule['one_of'] -%}
      {%- do whence.not_one_of(field, value, rule['one_of'] | map('string') | list) -%}
    {%- endif -%}
    {{ return(number) }}
  {%- elif type == 'date' -%}
    {{ return(whence.check_date(field, value)) }}
  {%- elif type == 'text' -%}
    {%- if value is mapping or (value is iterable and value is not string) -%}
      {%- do whence.config_error(field, found ~ ' is not a text') -%}
    {%- endif -%}
    {%- set text = value | string -%}
    {%- if text | trim == '' -%}
      {%- do whence.config_error(field, 'is empty; expected a text') -%}
    {%- endif -%}
    {%- if 'one_of' in rule and text not in rule['one_of'] -%}
      {%- do whence.not_one_of(field, text, rule['one_of']) -%}
    {%- endif -%}
    {{ return(text) }}
  {%- elif type == 'mapping' -%}
    {%- if value is not mapping -%}
      {%- do whence.config_error(field, found ~ ' is not a mapping (key: value)') -%}
    {%- endif -%}
    {{ return(value) }}
  {%- endif -%}
  {#- list, texts -#}
  {%- if value is mapping or (type == 'list' and (value is string or value is not iterable)) -%}
    {%- do whence.config_error(field, found ~ ' is not a list') -%}
  {%- endif -%}
  {%- set entries = [value] if value is string or value is not iterable else value | list -%}
  {%- if type == 'list' and 'entry' not in rule -%}
    {{ return(entries) }}
  {%- endif -%}
  {%- set entry_rule = rule.get('entry', {'type': 'text'}) -%}
  {%- set checked = [] -%}
  {%- for entry in entries -%}
    {%- do checked.append(whence.check_value(field ~ '[' ~ loop.index0 ~ ']', entry, entry_rule)) -%}
  {%- endfor -%}
  {{ return(checked) }}
{%- endmacro -%}
