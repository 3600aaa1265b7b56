{#-
  A statement that loads a file into a table, replacing it; no rows with --empty.

  relation: the table.
  path: a CSV or Parquet file that exists.
  field: configuration path for messages.
-#}
{%- macro load_file(relation, path, field) -%}
  {{ return(adapter.dispatch('load_file', 'whence')(relation, path, field)) }}
{%- endmacro -%}

{#- read_file stops with the reason. -#}
{%- macro default__load_file(relation, path, field) -%}
  {{ return(whence.read_file(path, field)) }}
{%- endmacro -%}

{%- macro duckdb__load_file(relation, path, field) -%}
  {{ return(
    'create or replace table ' ~ relation ~ ' as ' ~ whence.read_file(path, field) ~ (' limit 0' if flags.EMPTY else '')
  ) }}
{%- endmacro -%}
