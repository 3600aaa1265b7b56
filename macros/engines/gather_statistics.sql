{#-
  Statement that tells the planner what a new table holds, for a post-hook; empty where the engine knows by itself.
  Without it PostgreSQL takes joins of tens of thousands of rows for small ones until autovacuum comes by.

  relation: the table.
-#}
{%- macro gather_statistics(relation) -%}
  {{ return(adapter.dispatch('gather_statistics', 'whence')(relation)) }}
{%- endmacro -%}

{%- macro default__gather_statistics(relation) -%}
  {{ return('') }}
{%- endmacro -%}

{%- macro postgres__gather_statistics(relation) -%}
  {{ return('analyze ' ~ relation) }}
{%- endmacro -%}
