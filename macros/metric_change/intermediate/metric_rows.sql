{#-
  What stands behind `from` for an analysis: the relation, or with numeric_text a subquery that reads numbers.

  resolved: as resolve_metric_analysis builds it.
  relation: the relation.
-#}
{%- macro metric_rows(resolved, relation) -%}
  {%- if resolved.rows is none -%}
    {{ return(relation) }}
  {%- endif -%}
  {%- set columns = [] -%}
  {%- for column in resolved.rows -%}
    {%- set name = whence.quote_identifier(column.name) -%}
    {%- do columns.append((whence.parse_number(name) ~ ' as ' ~ name) if column.is_number else name) -%}
  {%- endfor -%}
  {{ return('(select ' ~ columns | join(', ') ~ ' from ' ~ relation ~ ') as number_rows') }}
{%- endmacro -%}
