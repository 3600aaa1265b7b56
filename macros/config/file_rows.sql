{#-
  The body of stg_<domain>__files: one row per file and the table beside it that its pre-hook loads it into.

  files: as declared_files returns them.
  Columns: relation (the path as written), table_name.
-#}
{%- macro file_rows(files) -%}
  {%- set selects = [] -%}
  {%- for file in files -%}
    {%- do selects.append(
      'select ' ~ whence.text_literal(file.path) ~ ' as relation, '
      ~ whence.text_literal(whence.file_relation(this, file.path).identifier) ~ ' as table_name'
    ) -%}
  {%- endfor -%}
  {{ return(whence.union_selects(selects, {'relation': whence.type_text(), 'table_name': whence.type_text()})) }}
{%- endmacro -%}
