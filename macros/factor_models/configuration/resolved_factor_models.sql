{#- The resolved factor models, a list of dicts as resolve_factor_model returns them; see resolved_specs. -#}
{%- macro resolved_factor_models() -%}
  {{ return(whence.resolved_specs('int_factor_models__specs')) }}
{%- endmacro -%}
