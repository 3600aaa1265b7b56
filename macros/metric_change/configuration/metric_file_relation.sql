{#-
  The table that a file is loaded into: beside stg_metric_change__files, named after the file.

  files: relation of stg_metric_change__files.
  path: of the file, as written in the configuration.
-#}
{%- macro metric_file_relation(files, path) -%}
  {%- set name = modules.re.sub('[^a-z0-9]+', '_', path.split('/')[-1] | lower)[:24] -%}
  {{ return(files.incorporate(
    path={'identifier': 'stg_metric_change__file_' ~ name ~ '_' ~ local_md5(path)[:6]}, type='table'
  )) }}
{%- endmacro -%}
