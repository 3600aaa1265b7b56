{#-
  The files that metric analyses read, each once.

  Returns a list of {'path', 'field'}.
-#}
{%- macro metric_files() -%}
  {%- set named = [] -%}
  {%- for spec in whence.metric_analysis_specs() -%}
    {%- do named.append([spec.relation, spec.field ~ '.relation']) -%}
    {%- do named.append([spec.compare.relation, spec.field ~ '.compare.to']) -%}
  {%- endfor -%}
  {{ return(whence.declared_files(named)) }}
{%- endmacro -%}
