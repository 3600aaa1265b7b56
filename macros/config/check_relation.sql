{#-
  A relation setting in one form.

  field: path of the setting.
  value: a model, seed or snapshot name; {source: [name, table]}; {file: path}; {relation: name, package: name}.
  package: the package of a model name, where it stands beside it; none for the root project.
  Returns {'kind': node, source or file, 'package', 'name', 'table', 'path', 'label'}.
-#}
{%- macro check_relation(field, value, package=none) -%}
  {%- set form = {'relation': whence.check_value(field, value, {'type': 'text'})} if value is string else value -%}
  {%- set rules = {
    'relation': {'type': 'text'}, 'package': {'type': 'text', 'default': package},
    'source': {'type': 'list', 'entry': {'type': 'text'}}, 'file': {'type': 'text'},
  } -%}
  {%- set given = whence.check_fields(field, form, rules) -%}
  {%- set kinds = [] -%}
  {%- for kind in ['relation', 'source', 'file'] if given[kind] is not none -%}
    {%- do kinds.append(kind) -%}
  {%- endfor -%}
  {%- if kinds | length != 1 -%}
    {%- do whence.config_error(
      field, "'" ~ value ~ "' does not name one relation; expected a model name, {source: [name, table]} or {file: path}"
    ) -%}
  {%- elif given['source'] is not none -%}
    {%- if given['source'] | length != 2 -%}
      {%- do whence.config_error(field ~ '.source', "'" ~ given['source'] ~ "' is not [source name, table name]") -%}
    {%- endif -%}
    {{ return({
      'kind': 'source', 'name': given['source'][0], 'table': given['source'][1], 'label': given['source'] | join('.'),
    }) }}
  {%- elif given['file'] is not none -%}
    {#- while parsing: an engine that reads no files, or not such a file -#}
    {%- do whence.read_file(given['file'], field ~ '.file') -%}
    {{ return({'kind': 'file', 'path': given['file'], 'label': given['file']}) }}
  {%- endif -%}
  {%- set other = given['package'] not in [none, project_name] -%}
  {{ return({
    'kind': 'node', 'package': given['package'] or project_name, 'name': given['relation'],
    'label': given['package'] ~ '.' ~ given['relation'] if other else given['relation'],
  }) }}
{%- endmacro -%}
