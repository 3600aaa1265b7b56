{#-
  The files that metric analyses read, each once.

  Returns a list of {'path', 'field'}.
-#}
{%- macro metric_files() -%}
  {%- set files = [] -%}
  {%- set seen = [] -%}
  {%- for spec in whence.metric_analysis_specs() -%}
    {%- set named = [[spec.relation, spec.field ~ '.relation'], [spec.compare.relation, spec.field ~ '.compare.to']] -%}
    {%- for relation, field in named -%}
      {%- if relation is not none and relation.kind == 'file' and relation.path not in seen -%}
        {%- do seen.append(relation.path) -%}
        {%- do files.append({'path': relation.path, 'field': field ~ '.file'}) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(files) }}
{%- endmacro -%}
