{#-
  The declared signal studies with the relations they read; ref() and source() are called here, so that lineage is
  recorded.

  studies: list of resolved studies; [] where they are not needed.
  Returns a list of {'spec', 'relation', 'resolved' (none where not among studies)}.
-#}
{%- macro signal_sources(studies=[]) -%}
  {%- set by_name = {} -%}
  {%- for resolved in studies -%}
    {%- do by_name.update({resolved.name: resolved}) -%}
  {%- endfor -%}
  {%- set sources = [] -%}
  {%- for spec in whence.signal_study_specs() -%}
    {%- do sources.append({
      'spec': spec, 'relation': whence.declared_relation(spec.panel, 'signal_research'), 'resolved': by_name.get(spec.name),
    }) -%}
  {%- endfor -%}
  {{ return(sources) }}
{%- endmacro -%}
