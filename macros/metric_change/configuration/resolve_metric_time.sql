{#-
  The date of a row: the declared column, else the one that the profile suggests.

  spec: as check_metric_analysis returns it.
  columns: list of column objects of the relation.
  profile: rows of metric_columns.
  Returns none without a date, else {'column', 'sql' (of type date), 'raw' (the column), 'is_text', 'grain', ...}.
-#}
{%- macro resolve_metric_time(spec, columns, profile) -%}
  {%- set label = spec.relation.label -%}
  {%- set time = dict(spec.time) if spec.time is not none else dict(whence.check_metric_time('', {})) -%}
  {%- if time.column is none -%}
    {%- set suggested = profile | selectattr('role', 'equalto', 'time') | selectattr('is_suggested') | list -%}
    {%- if suggested | length == 0 -%}
      {%- if spec.needs_time and not flags.EMPTY -%}
        {%- set names = columns | map(attribute='name') | join(', ') -%}
        {%- do whence.config_error(
          spec.field ~ '.time.column', 'is missing, and no column of ' ~ label ~ ' holds dates (' ~ names ~ ')'
        ) -%}
      {%- endif -%}
      {{ return(none) }}
    {%- endif -%}
    {%- do time.update({'column': suggested[0].column_name}) -%}
  {%- endif -%}
  {%- set column = whence.required_column(spec.field ~ '.time.column', time.column, columns, label) -%}
  {%- set family = whence.type_family(column.dtype) -%}
  {%- if family in ['boolean', 'double', 'decimal', 'other'] -%}
    {%- do whence.config_error(
      spec.field ~ '.time.column', "'" ~ column.name ~ "' is of type " ~ column.dtype
      ~ '; expected a date, a timestamp, or text or whole numbers that hold dates'
    ) -%}
  {%- endif -%}
  {%- set raw = whence.quote_identifier(column.name) -%}
  {%- do time.update({
    'column': column.name, 'raw': raw, 'is_text': family in ['text', 'integer'],
    'sql': whence.to_date(raw, column.dtype, time.date_order, time.timezone),
  }) -%}
  {{ return(time) }}
{%- endmacro -%}
