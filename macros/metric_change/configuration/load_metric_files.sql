{#-
  Statements that load every file of the metric analyses into its table; the pre-hook of stg_metric_change__files.
  A file that cannot be found or read stops the build.
-#}
{%- macro load_metric_files() -%}
  {%- if execute -%}
    {%- for file in whence.metric_files() %}
      {%- set path = whence.find_file(file.path, file.field) %}
{{ whence.load_file(whence.metric_file_relation(this, file.path), path, file.field) }};
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
