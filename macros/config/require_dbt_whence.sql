{#-
  Stops a build with one line where the Python package dbt-whence is not installed beside dbt: Python models import it,
  and on engines without Python of their own its plugin runs them. To be called in the SQL model that feeds a Python
  model, or in the one that reads it where none does. Already parsing for a build fails, before anything is built.
-#}
{%- macro require_dbt_whence() -%}
  {%- if adapter.dbt_whence_version is not defined and flags.WHICH in ['build', 'run', 'retry'] -%}
    {{ whence.config_error(
        this.identifier,
        'a Python model beside it needs the Python package dbt-whence in the environment of dbt; install it with '
        ~ 'pip install "dbt-whence @ git+<repository of whence>"'
    ) }}
  {%- endif -%}
{%- endmacro -%}
