{#-
  dbt run-operation validate_config: checks every declared spec of every domain and prints what it resolves to, without
  building.
-#}
{%- macro validate_config() -%}
  {%- if execute -%}
    {%- set domains = whence.enabled_domains() -%}
    {%- if 'metric_change' in domains -%}
      {%- do whence.validate_metric_analyses() -%}
    {%- endif -%}
    {%- if 'factor_models' in domains -%}
      {%- do whence.validate_factor_models() -%}
    {%- endif -%}
    {%- if 'signal_research' in domains -%}
      {%- do whence.validate_signal_studies() -%}
    {%- endif -%}
    {%- if 'factor_proxies' in domains -%}
      {%- do whence.validate_factor_proxies() -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}
