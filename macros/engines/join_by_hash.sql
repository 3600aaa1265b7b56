{#-
  Statement that keeps the planner from nested loops in what follows, for a pre-hook of a model that joins CTEs; empty
  where the engine does so by itself. PostgreSQL knows nothing of what CTEs hold (before version 17, not even of their
  columns), takes them for a row or two, and loops over thousands. It holds until the model's transaction ends.
-#}
{%- macro join_by_hash() -%}
  {{ return(adapter.dispatch('join_by_hash', 'whence')()) }}
{%- endmacro -%}

{%- macro default__join_by_hash() -%}
  {{ return('') }}
{%- endmacro -%}

{%- macro postgres__join_by_hash() -%}
  {{ return('set local enable_nestloop = off') }}
{%- endmacro -%}
