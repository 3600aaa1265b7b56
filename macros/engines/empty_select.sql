{#-
  A select without rows, for a table that has nothing to say yet.

  columns: dict of column name to type.
-#}
{%- macro empty_select(columns) -%}
  {%- set nulls = [] -%}
  {%- for name, type in columns.items() -%}
    {%- do nulls.append('cast(null as ' ~ type ~ ') as ' ~ name) -%}
  {%- endfor -%}
  {{ return('select\n    ' ~ nulls | join(',\n    ') ~ '\nwhere 1 = 0') }}
{%- endmacro -%}
