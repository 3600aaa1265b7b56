{#-
  The path of a file as the engine can open it: as given (from the working directory), else below the project.

  path: as written in the configuration.
  field: configuration path for the message.
-#}
{%- macro find_file(path, field) -%}
  {{ return(adapter.dispatch('find_file', 'whence')(path, field)) }}
{%- endmacro -%}

{%- macro default__find_file(path, field) -%}
  {{ return(path) }}
{%- endmacro -%}

{%- macro duckdb__find_file(path, field) -%}
  {%- for candidate in [path, flags.PROJECT_DIR ~ '/' ~ path] -%}
    {%- set found = run_query('select count(*) from glob(' ~ whence.text_literal(candidate) ~ ')') -%}
    {%- if found.rows[0][0] > 0 -%}
      {{ return(candidate) }}
    {%- endif -%}
  {%- endfor -%}
  {%- do whence.config_error(
    field, "no file '" ~ path ~ "' in the working directory or the project; expected the path of a CSV or Parquet file"
  ) -%}
{%- endmacro -%}
