{#-
  The relation that a spec names. Calls ref() or source(), so that lineage is recorded while parsing.

  relation: as check_relation returns it.
  domain: name of the domain, whose model stg_<domain>__files loads files.
-#}
{%- macro declared_relation(relation, domain) -%}
  {%- if relation.kind == 'node' -%}
    {{ return(ref(relation.package, relation.name)) }}
  {%- elif relation.kind == 'source' -%}
    {{ return(source(relation.name, relation.table)) }}
  {%- endif -%}
  {{ return(whence.file_relation(ref('whence', 'stg_' ~ domain ~ '__files'), relation.path)) }}
{%- endmacro -%}
