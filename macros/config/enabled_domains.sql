{#- The domains that are built: those of the variable whence_domains, by default all. -#}
{%- macro enabled_domains() -%}
  {%- set given = whence.yaml_var('whence_domains') -%}
  {%- if given is none -%}
    {{ return(['metric_change', 'factor_models', 'signal_research', 'factor_proxies']) }}
  {%- endif -%}
  {{ return([given] if given is string else given | list) }}
{%- endmacro -%}
