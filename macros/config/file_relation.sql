{#-
  The table that a file is loaded into: beside the model that lists the files of a domain, named after it and the file.

  files: relation of stg_<domain>__files.
  path: of the file, as written in the configuration.
-#}
{%- macro file_relation(files, path) -%}
  {%- set name = modules.re.sub('[^a-z0-9]+', '_', path.split('/')[-1] | lower)[:24] -%}
  {{ return(files.incorporate(
    path={'identifier': files.identifier[:-1] ~ '_' ~ name ~ '_' ~ local_md5(path)[:6]}, type='table'
  )) }}
{%- endmacro -%}
