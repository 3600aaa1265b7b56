{#-
  Stops the build: keys that occur more than once.

  by_name: dict of name to resolved factor model.
  rows: (model, key) of up to three such keys; nothing happens where there are none.
  input: the input they are in.
  what: what a key is of besides the date.
-#}
{%- macro check_factor_keys(by_name, rows, input, what) -%}
  {%- if rows | length > 0 -%}
    {%- set resolved = by_name[rows[0][0]] -%}
    {%- set shown = [] -%}
    {%- for model, key in rows if model == rows[0][0] -%}
      {%- do shown.append(key) -%}
    {%- endfor -%}
    {%- do whence.config_error(
      resolved.field ~ '.' ~ input, resolved.inputs[input].label ~ ' has more than one row for ' ~ shown | join(', ')
      ~ '; expected one row per ' ~ what ~ ' and date'
    ) -%}
  {%- endif -%}
{%- endmacro -%}
