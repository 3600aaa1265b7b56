{#-
  The declared factor models with the relations they read; ref() and source() are called here, so that lineage is
  recorded.

  models: list of resolved factor models; [] where they are not needed.
  inputs: names of the inputs that are read; default all.
  Returns a list of {'spec', 'relations': dict of input to relation, 'resolved' (none where not among models)}.
-#}
{%- macro factor_model_sources(models=[], inputs=none) -%}
  {%- set by_name = {} -%}
  {%- for resolved in models -%}
    {%- do by_name.update({resolved.name: resolved}) -%}
  {%- endfor -%}
  {%- set sources = [] -%}
  {%- for spec in whence.factor_model_specs() -%}
    {%- set relations = {} -%}
    {%- for name, input in spec.inputs.items() if inputs is none or name in inputs -%}
      {%- do relations.update({name: whence.declared_relation(input, 'factor_models')}) -%}
    {%- endfor -%}
    {%- do sources.append({'spec': spec, 'relations': relations, 'resolved': by_name.get(spec.name)}) -%}
  {%- endfor -%}
  {{ return(sources) }}
{%- endmacro -%}
