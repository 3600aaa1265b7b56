{#-
  With numeric_text, the columns of the relation with text that holds numbers read as such; none without.

  spec, resolved: of the analysis, dimensions and time resolved.
  columns: list of column objects of the relation.
  profile: rows of metric_columns.
  Returns none, or a list of {'name', 'is_number'}.
-#}
{%- macro metric_number_columns(spec, resolved, columns, profile) -%}
  {%- if not spec.numeric_text -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set kept = resolved.dimensions | map(attribute='name') | list + resolved.unit + resolved.key
    + [resolved.time.column if resolved.time is not none else none, resolved.compare.column] -%}
  {%- set asked = (spec.metrics or []) | map(attribute='expr') | list + (spec.metrics or []) | map(attribute='name') | list -%}
  {%- set texts = profile | selectattr('data_type', 'equalto', 'text') | list -%}
  {%- set numeric = [] -%}
  {%- for row in texts -%}
    {%- if (row.numeric_share or 0) >= 0.5 or row.column_name in asked -%}
      {%- do numeric.append(row.column_name) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set rows = [] -%}
  {%- for column in columns -%}
    {%- do rows.append({'name': column.name, 'is_number': column.name in numeric and column.name not in kept}) -%}
  {%- endfor -%}
  {{ return(rows) }}
{%- endmacro -%}
