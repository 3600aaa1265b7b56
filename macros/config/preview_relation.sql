{#-
  The relation that a spec names, for operations that build nothing: a file becomes a temporary view.

  relation: as check_relation returns it.
  field: path for messages.
  domain: name of the domain.
-#}
{%- macro preview_relation(relation, field, domain) -%}
  {%- if relation.kind != 'file' -%}
    {{ return(whence.declared_relation(relation, domain)) }}
  {%- endif -%}
  {{ return(whence.file_view(relation.path, field)) }}
{%- endmacro -%}
