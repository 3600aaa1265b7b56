{#-
  The declared analyses with the relations they read; ref() and source() are called here, so that lineage is recorded.

  analyses: list of resolved analyses; [] where they are not needed.
  Returns a list of {'spec', 'relation', 'baseline' (none unless another relation is the baseline), 'resolved' (none
  where the analysis is not among analyses)}.
-#}
{%- macro metric_sources(analyses=[]) -%}
  {%- set by_name = {} -%}
  {%- for resolved in analyses -%}
    {%- do by_name.update({resolved.name: resolved}) -%}
  {%- endfor -%}
  {%- set sources = [] -%}
  {%- for spec in whence.metric_analysis_specs() -%}
    {%- do sources.append({
      'spec': spec,
      'relation': whence.declared_relation(spec.relation, 'metric_change'),
      'baseline': whence.declared_relation(spec.compare.relation, 'metric_change') if spec.compare.relation is not none else none,
      'resolved': by_name.get(spec.name),
    }) -%}
  {%- endfor -%}
  {{ return(sources) }}
{%- endmacro -%}
