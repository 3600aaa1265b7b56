{#-
  The settings to write SQL with: the resolved ones, or every default where nothing is declared and inputs are empty.

  resolved: as resolved_proxies returns it.
-#}
{%- macro proxy_settings(resolved) -%}
  {%- if resolved is not none -%}
    {{ return(resolved) }}
  {%- endif -%}
  {%- set settings = {} -%}
  {%- for name, rule in whence.proxy_rules().items() -%}
    {%- do settings.update({name: rule.default | default(none)}) -%}
  {%- endfor -%}
  {%- do settings.update({'inputs': {}, 'asset_class_filters': {'include': [], 'exclude': []}}) -%}
  {{ return(settings) }}
{%- endmacro -%}
