{#-
  Selects put together with union all; a select without rows where there are none.

  selects: list of SQL; empty texts are left out.
  columns: dict of column name to type, for the select without rows.
-#}
{%- macro union_selects(selects, columns) -%}
  {%- set given = [] -%}
  {%- for select in selects if select | trim -%}
    {%- do given.append('select * from (\n' ~ select ~ '\n) as select_' ~ loop.index) -%}
  {%- endfor -%}
  {{ return(given | join('\nunion all\n') if given else whence.empty_select(columns)) }}
{%- endmacro -%}
