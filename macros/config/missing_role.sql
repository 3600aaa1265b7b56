{#-
  Stops compilation: a relation has no column for a role that is needed.

  input: relation as check_input returns it.
  roles: the role, or those of which one is needed.
  names: usual names of the first.
  columns: list of column objects of the relation.
-#}
{%- macro missing_role(input, roles, names, columns) -%}
  {%- do whence.config_error(
    input.field, input.label ~ ' has no column for ' ~ roles | join(' or ') ~ ' (' ~ columns | map(attribute='name') | join(', ')
    ~ '); expected ' ~ names | join(', ') ~ ', or columns: {' ~ roles[0] ~ ': <column>}'
  ) -%}
{%- endmacro -%}
