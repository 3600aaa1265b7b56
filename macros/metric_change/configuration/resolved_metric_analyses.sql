{#- The resolved analyses, a list of dicts as resolve_metric_analysis returns them; see resolved_specs. -#}
{%- macro resolved_metric_analyses() -%}
  {{ return(whence.resolved_specs('int_metric_change__specs')) }}
{%- endmacro -%}
