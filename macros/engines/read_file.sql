{#-
  SQL that reads a file in place. CSV types are taken from the whole file, so that a late odd value makes the
  column text instead of stopping the build.

  path: a CSV or Parquet file that exists.
  field: configuration path for the message.
-#}
{%- macro read_file(path, field) -%}
  {{ return(adapter.dispatch('read_file', 'whence')(path, field)) }}
{%- endmacro -%}

{%- macro default__read_file(path, field) -%}
  {%- do whence.config_error(
    field, "files are read on DuckDB only, not on " ~ target.type ~ "; load '" ~ path
    ~ "' into a table (dbt seed, or a source) and name that"
  ) -%}
{%- endmacro -%}

{%- macro duckdb__read_file(path, field) -%}
  {%- set name = path | lower -%}
  {%- set literal = whence.text_literal(path) -%}
  {%- if name.endswith('.parquet') or name.endswith('.pq') -%}
    {{ return('select * from read_parquet(' ~ literal ~ ')') }}
  {%- elif name.endswith('.csv') or name.endswith('.tsv') or name.endswith('.txt') or name.endswith('.csv.gz')
          or name.endswith('.tsv.gz') -%}
    {{ return('select * from read_csv(' ~ literal ~ ', sample_size = -1)') }}
  {%- endif -%}
  {%- do whence.config_error(
    field, "'" ~ path ~ "' is not a file that can be read; expected .csv, .tsv, .txt, .csv.gz, .tsv.gz or .parquet"
  ) -%}
{%- endmacro -%}
