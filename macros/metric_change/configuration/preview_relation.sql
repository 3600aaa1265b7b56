{#-
  The relation that a spec names, for operations that build nothing: a file becomes a temporary view.

  relation: as check_relation returns it.
  field: path for messages.
-#}
{%- macro preview_relation(relation, field) -%}
  {%- if relation.kind != 'file' -%}
    {{ return(whence.metric_relation(relation)) }}
  {%- endif -%}
  {{ return(whence.file_view(relation.path, field)) }}
{%- endmacro -%}
