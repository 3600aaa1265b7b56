{#-
  dbt run-operation validate_config: checks every declared spec of every domain and prints what it resolves to, without
  building.
-#}
{%- macro validate_config() -%}
  {%- if execute -%}
    {%- do whence.validate_metric_analyses() -%}
    {%- do whence.validate_factor_models() -%}
  {%- endif -%}
{%- endmacro -%}
