{#-
  Stops a run that would build Python models which cannot run here, with one line that says what to install: those of
  this project import the Python package dbt-whence, and on an engine without Python of its own its plugin runs all.
  For on-run-start. With the package installed it does nothing.
-#}
{%- macro check_python_models() -%}
  {%- if execute and adapter.dbt_whence_version is not defined -%}
    {%- for node in graph.nodes.values() if node.unique_id in selected_resources and node.language == 'python' -%}
      {%- if node.package_name == 'whence' or not whence.runs_python_models() -%}
        {{ whence.config_error(
            node.name,
            'this Python model needs the Python package dbt-whence in the environment of dbt; install it with '
            ~ 'pip install "dbt-whence @ git+<repository of whence>"'
        ) }}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}

{#- Whether dbt's own adapter for this engine runs Python models. -#}
{%- macro runs_python_models() -%}
  {{ return(adapter.dispatch('runs_python_models', 'whence')()) }}
{%- endmacro -%}

{%- macro default__runs_python_models() -%}
  {{ return(true) }}
{%- endmacro -%}

{%- macro postgres__runs_python_models() -%}
  {{ return(false) }}
{%- endmacro -%}
