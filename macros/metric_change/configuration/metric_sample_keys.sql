{#-
  The columns by whose hash rows are sampled: those with most values, until they tell rows apart by far, at most four.
  Doubles, which are dear to write as text, only where nothing else has values of its own.

  columns: list of column objects.
  profile: rows of metric_columns.
  Returns a list of {'sql', 'data_type'}.
-#}
{%- macro metric_sample_keys(columns, profile) -%}
  {%- set by_name = {} -%}
  {%- for row in profile -%}
    {%- do by_name.update({row.column_name: row}) -%}
  {%- endfor -%}
  {%- set usable, doubles = [], [] -%}
  {%- for column in columns if column.name in by_name -%}
    {%- set family = whence.type_family(column.dtype) -%}
    {%- set key = {
      'sql': whence.quote_identifier(column.name), 'data_type': column.dtype, 'n': -(by_name[column.name].n_distinct | int),
    } -%}
    {%- if family in ['text', 'integer', 'decimal', 'date', 'timestamp', 'timestamptz'] -%}
      {%- do usable.append(key) -%}
    {%- elif family == 'double' -%}
      {%- do doubles.append(key) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set found = {'keys': [], 'combinations': 1} -%}
  {%- for key in usable | sort(attribute='n') + doubles | sort(attribute='n') -%}
    {%- if found['keys'] | length < 4 and found.combinations < 100 * ((profile | first).n_rows | int) -%}
      {%- do found['keys'].append(key) -%}
      {%- do found.update({'combinations': found.combinations * ([1, -key.n] | max)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(found['keys']) }}
{%- endmacro -%}
