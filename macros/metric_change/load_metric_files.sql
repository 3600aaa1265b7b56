{#-
  Statements that load every file of the metric analyses into its table; the pre-hook of stg_metric_change__files.
  A file that cannot be found or read stops the build.
-#}
{%- macro load_metric_files() -%}
  {%- if execute -%}
    {%- for file in whence.metric_files() %}
      {%- set path = whence.find_file(file.path, file.field) %}
create or replace table {{ whence.metric_file_relation(this, file.path) }} as
{{ whence.read_file(path, file.field) }}
{%- if flags.EMPTY %} limit 0{% endif %};
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
