{#- dbt run-operation summarize: prints, for every domain, where its tables are and what they say first. -#}
{%- macro summarize() -%}
  {%- if execute -%}
    {%- set domains = whence.enabled_domains() -%}
    {%- set built = [] -%}
    {%- if 'metric_change' in domains -%}
      {%- do built.append(whence.summarize_metric_change()) -%}
    {%- endif -%}
    {%- if 'factor_models' in domains -%}
      {%- do built.append(whence.summarize_factor_models()) -%}
    {%- endif -%}
    {%- if 'signal_research' in domains -%}
      {%- do built.append(whence.summarize_signal_research()) -%}
    {%- endif -%}
    {%- if 'factor_proxies' in domains -%}
      {%- do built.append(whence.summarize_factor_proxies()) -%}
    {%- endif -%}
    {%- if true not in built -%}
      {%- do print('whence: the tables are not built yet; run dbt build') -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro -%}
