{#-
  The column that a name means: the exact name, else the only one that differs in case alone; none otherwise.

  name: as written.
  columns: list of column objects of the adapter.
-#}
{%- macro find_column(name, columns) -%}
  {%- set alike = [] -%}
  {%- for column in columns -%}
    {%- if column.name == name -%}
      {{ return(column) }}
    {%- elif column.name | lower == name | lower -%}
      {%- do alike.append(column) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(alike[0] if alike | length == 1 else none) }}
{%- endmacro -%}
