{#-
  A temporary view of a file, for operations that build nothing.

  path: of a CSV or Parquet file, as written in the configuration.
  field: configuration path for messages.
  Returns the relation.
-#}
{%- macro file_view(path, field) -%}
  {{ return(adapter.dispatch('file_view', 'whence')(path, field)) }}
{%- endmacro -%}

{#- read_file stops with the reason. -#}
{%- macro default__file_view(path, field) -%}
  {{ return(whence.read_file(path, field)) }}
{%- endmacro -%}

{%- macro duckdb__file_view(path, field) -%}
  {%- set view = api.Relation.create(
    database='temp', schema='main', identifier='whence_file_' ~ local_md5(path)[:10], type='view'
  ) -%}
  {%- do run_query('create or replace temporary view ' ~ view ~ ' as ' ~ whence.read_file(whence.find_file(path, field), field)) -%}
  {{ return(view) }}
{%- endmacro -%}
