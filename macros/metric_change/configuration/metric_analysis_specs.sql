{#-
  The declared metric analyses, checked as far as that goes without the warehouse, every default filled in.
  An unknown field, a wrong type or a name used twice stops compilation.

  Returns a list of dicts: the fields of metric_analysis_rules, with relation, time, compare, current and metrics in
  one form each, plus field (the path for messages).
-#}
{%- macro metric_analysis_specs() -%}
  {%- set declared = whence.spec_list('whence_metric_analyses') -%}
  {%- set profiles = whence.metric_profiles() if declared.specs else {} -%}
  {%- set specs = [] -%}
  {%- for given in declared.specs -%}
    {%- set field = declared.variable ~ '[' ~ given['name'] ~ ']' -%}
    {%- set profile = given.get('profile') -%}
    {%- if profile is not none and profile not in profiles -%}
      {%- do whence.not_one_of(field ~ '.profile', profile, profiles.keys() | list) -%}
    {%- endif -%}
    {%- set merged = dict(profiles[profile], **given) if profile is not none else given -%}
    {%- do specs.append(whence.check_metric_analysis(field, merged)) -%}
  {%- endfor -%}
  {{ return(specs) }}
{%- endmacro -%}
