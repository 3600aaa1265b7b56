{#-
  Statements that load every file of a domain into its table; the pre-hook of stg_<domain>__files.
  A file that cannot be found or read stops the build.

  files: as declared_files returns them.
-#}
{%- macro load_files(files) -%}
  {%- if execute -%}
    {%- for file in files %}
      {%- set path = whence.find_file(file.path, file.field) %}
{{ whence.load_file(whence.file_relation(this, file.path), path, file.field) }};
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
