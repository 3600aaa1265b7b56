{#-
  The dimensions with their SQL: the declared ones, else those that the profile suggests.

  spec: as check_metric_analysis returns it.
  columns: list of column objects of the relation.
  profile: rows of metric_columns.
  time, compare: resolved before; their columns are never inferred as dimensions.
  Returns a list of {'name', 'sql', 'data_type' (none for an expression, found later), 'is_normalized'}.
-#}
{%- macro resolve_metric_dimensions(spec, columns, profile, time, compare) -%}
  {%- set field = spec.field ~ '.dimensions' -%}
  {%- set label = spec.relation.label -%}
  {%- set taken = [time.column if time is not none else none, compare.column] -%}
  {%- set declared = spec.dimensions -%}
  {%- if declared is none -%}
    {%- set declared = [] -%}
    {%- for row in profile | selectattr('role', 'equalto', 'dimension') | selectattr('is_suggested') -%}
      {%- if row.column_name not in taken -%}
        {%- do declared.append({'name': row.column_name, 'expr': none}) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set normalized = spec.text.normalize | map('lower') | list -%}
  {%- set dimensions = [] -%}
  {%- for dimension in declared -%}
    {%- set path = field ~ '[' ~ loop.index0 ~ ']' -%}
    {%- if dimension.expr is none -%}
      {%- set column = whence.required_column(path, dimension.name, columns, label) -%}
      {%- do dimensions.append({
        'name': column.name, 'sql': whence.quote_identifier(column.name), 'data_type': column.dtype,
        'is_normalized': column.name | lower in normalized,
      }) -%}
    {%- else -%}
      {%- do dimensions.append({
        'name': dimension.name, 'data_type': none, 'is_normalized': dimension.name | lower in normalized,
        'sql': whence.column_expression(path ~ '.expr', dimension.expr, columns, label),
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set names = dimensions | map(attribute='name') | list -%}
  {%- if names | unique(case_sensitive=true) | list | length != names | length -%}
    {%- do whence.config_error(field, names | join(', ') ~ ': the same column is used twice') -%}
  {%- endif -%}
  {%- set sets = whence.dimension_set_count(names | length, spec.max_depth) -%}
  {%- if sets > 1000 -%}
    {%- do whence.config_error(
      spec.field ~ '.max_depth', spec.max_depth ~ ' with ' ~ names | length ~ ' dimensions makes ' ~ sets
      ~ ' dimension sets; at most 1000: lower max_depth or name fewer dimensions'
    ) -%}
  {%- endif -%}
  {{ return(dimensions) }}
{%- endmacro -%}
