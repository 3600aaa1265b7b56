{#- The resolved signal studies, a list of dicts as resolve_signal_study returns them; see resolved_specs. -#}
{%- macro resolved_signal_studies() -%}
  {{ return(whence.resolved_specs('int_signal_research__specs')) }}
{%- endmacro -%}
