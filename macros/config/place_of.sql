{#-
  Where a table is, for people: the database and its schema.

  relation: the table.
-#}
{%- macro place_of(relation) -%}
  {%- set place = target.path if target.type == 'duckdb' else target.host ~ '/' ~ target.dbname -%}
  {{ return(target.type ~ ' ' ~ place ~ ', schema ' ~ relation.schema) }}
{%- endmacro -%}
