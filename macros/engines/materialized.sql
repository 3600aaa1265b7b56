{#-
  What stands between `as` and the bracket of a CTE that is computed once and kept. PostgreSQL puts the expressions of a
  CTE that is used once in the place of its columns, again and again: a chain of CTEs whose expressions name a column
  several times (every safe_divide does) grows beyond memory before it is planned.
-#}
{%- macro materialized() -%}
  {{ return(adapter.dispatch('materialized', 'whence')()) }}
{%- endmacro -%}

{%- macro default__materialized() -%}
  {{ return('') }}
{%- endmacro -%}

{%- macro postgres__materialized() -%}
  {{ return('materialized ') }}
{%- endmacro -%}
