{#-
  A mapping of roles to column names.

  field: path of the setting.
  value: as written.
  roles: the roles there are.
-#}
{%- macro check_roles(field, value, roles) -%}
  {%- set rules = {} -%}
  {%- for role in roles -%}
    {%- do rules.update({role: {'type': 'text'}}) -%}
  {%- endfor -%}
  {%- set checked = whence.check_fields(field, value, rules) -%}
  {%- set given = {} -%}
  {%- for role, name in checked.items() if name is not none -%}
    {%- do given.update({role: name}) -%}
  {%- endfor -%}
  {{ return(given) }}
{%- endmacro -%}
