{#-
  The files that signal studies read, each once.

  Returns a list of {'path', 'field'}.
-#}
{%- macro signal_files() -%}
  {%- set named = [] -%}
  {%- for spec in whence.signal_study_specs() -%}
    {%- do named.append([spec.panel, spec.panel.field]) -%}
  {%- endfor -%}
  {{ return(whence.declared_files(named)) }}
{%- endmacro -%}
