{#-
  What stands between `as` and the bracket of a common table expression whose columns are worked out once, on engines
  that would else copy their expressions into everything that reads them: a few steps of safe_divide, each used five
  times by the next, would be worked out thousands of times per row.
-#}
{%- macro materialized() -%}
  {{ return(adapter.dispatch('materialized', 'whence')()) }}
{%- endmacro -%}

{%- macro default__materialized() -%}
  {{ return('') }}
{%- endmacro -%}

{%- macro duckdb__materialized() -%}
  {{ return('materialized ') }}
{%- endmacro -%}

{%- macro postgres__materialized() -%}
  {{ return('materialized ') }}
{%- endmacro -%}
