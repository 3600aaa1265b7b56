{#-
  The declared specs of a domain: the user's list, or the demo's where this project itself is run without one.

  variable: name of the variable, e.g. whence_metric_analyses.
  Returns {'variable': the variable read, 'specs': list of mappings, each with a name of its own}.
-#}
{%- macro spec_list(variable) -%}
  {%- set demo = variable | replace('whence_', 'whence_demo_') -%}
  {%- set is_demo = project_name == 'whence' and var(variable, none) is none -%}
  {%- set name = demo if is_demo else variable -%}
  {%- set given = whence.yaml_var(name) -%}
  {%- set specs = given if given is not none else [] -%}
  {%- if specs is mapping or specs is string or specs is not iterable -%}
    {%- do whence.config_error(name, "'" ~ specs ~ "' is not a list of specs; expected [{name: ..., ...}]") -%}
  {%- endif -%}
  {%- set seen = [] -%}
  {%- for spec in specs -%}
    {%- set field = name ~ '[' ~ loop.index0 ~ ']' -%}
    {%- if spec is not mapping -%}
      {%- do whence.config_error(field, "'" ~ spec ~ "' is not a mapping; expected {name: ..., ...}") -%}
    {%- elif spec.get('name') is none -%}
      {%- do whence.config_error(field ~ '.name', 'is missing') -%}
    {%- endif -%}
    {%- set spec_name = whence.check_value(field ~ '.name', spec['name'], {'type': 'text'}) -%}
    {%- if spec_name in seen -%}
      {%- do whence.config_error(name ~ '[' ~ spec_name ~ '].name', 'is used twice; each needs a name of its own') -%}
    {%- endif -%}
    {%- do seen.append(spec_name) -%}
  {%- endfor -%}
  {{ return({'variable': name, 'specs': specs | list}) }}
{%- endmacro -%}
