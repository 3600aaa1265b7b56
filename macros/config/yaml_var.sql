{#-
  A variable that holds lists or mappings; text, as CI passes it, is read as YAML.

  name: of the variable.
  Returns its value, none where it is not set.
-#}
{%- macro yaml_var(name) -%}
  {%- set given = var(name, none) -%}
  {%- if given is string -%}
    {%- set unreadable = {'unreadable': true} -%}
    {%- set read = fromyaml(given, unreadable) -%}
    {%- if read == unreadable -%}
      {%- do whence.config_error(name, "is a text that is not YAML: '" ~ given ~ "'") -%}
    {%- endif -%}
    {{ return(read) }}
  {%- endif -%}
  {{ return(given) }}
{%- endmacro -%}
