{#-
  The relation that a spec names. Calls ref() or source(), so that lineage is recorded while parsing.

  relation: as check_relation returns it.
-#}
{%- macro metric_relation(relation) -%}
  {%- if relation.kind == 'node' -%}
    {{ return(ref(relation.package, relation.name)) }}
  {%- elif relation.kind == 'source' -%}
    {{ return(source(relation.name, relation.table)) }}
  {%- endif -%}
  {{ return(whence.metric_file_relation(ref('whence', 'stg_metric_change__files'), relation.path)) }}
{%- endmacro -%}
