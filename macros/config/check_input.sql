{#-
  A relation setting with its own names of columns.

  field: path of the setting.
  value: a relation as check_relation takes it; a mapping may also hold columns: {role: column name}.
  roles: the roles that columns may have in this relation.
  Returns the relation as check_relation returns it, with columns (a mapping, empty unless given) and field.
-#}
{%- macro check_input(field, value, roles) -%}
  {%- set form = dict(value) if value is mapping else value -%}
  {%- set columns = form.pop('columns', none) if form is mapping else none -%}
  {%- set relation = dict(whence.check_relation(field, form)) -%}
  {%- do relation.update({
    'columns': whence.check_roles(field ~ '.columns', columns if columns is not none else {}, roles), 'field': field,
  }) -%}
  {{ return(relation) }}
{%- endmacro -%}
