{#-
  Stops compilation with one line where the Python package dbt-whence is not installed beside dbt: Python models import
  it, and on engines without Python of their own its plugin runs them. To be called in each SQL model that reads a
  Python model, so that the mistake shows before anything is built.
-#}
{%- macro require_dbt_whence() -%}
  {%- if adapter.dbt_whence_version is not defined -%}
    {{ whence.config_error(
        this.identifier,
        'it reads a Python model, which needs the Python package dbt-whence in the environment of dbt; install it with '
        ~ 'pip install "dbt-whence @ git+<repository of whence>"'
    ) }}
  {%- endif -%}
{%- endmacro -%}
