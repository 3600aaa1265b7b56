{#-
  The files among named relations, each once.

  named: list of [relation as check_relation returns it or none, path of the setting].
  Returns a list of {'path', 'field'}.
-#}
{%- macro declared_files(named) -%}
  {%- set files = [] -%}
  {%- set seen = [] -%}
  {%- for relation, field in named -%}
    {%- if relation is not none and relation.kind == 'file' and relation.path not in seen -%}
      {%- do seen.append(relation.path) -%}
      {%- do files.append({'path': relation.path, 'field': field ~ '.file'}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(files) }}
{%- endmacro -%}
