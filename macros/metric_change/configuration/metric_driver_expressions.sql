{#-
  The aggregates that a regression explains a metric by: those of the setting expressions, and those that the preset
  names.

  spec: as check_metric_analysis returns it.
  rows: what stands behind from.
  columns: list of column objects.
  profile: rows of metric_columns.
  kept: names of columns that no preset takes: the metric's own, the time column.
  Returns a list of {'name' (normalised), 'op' (sum, avg, count, count_distinct), 'sql' (none for count(*)), 'field'}.
-#}
{%- macro metric_driver_expressions(spec, rows, columns, profile, kept) -%}
  {%- set label = spec.relation.label -%}
  {%- set texts = [] -%}
  {%- for text in spec.drivers.expressions -%}
    {%- do texts.append([spec.field ~ '.drivers.expressions[' ~ loop.index0 ~ ']', text]) -%}
  {%- endfor -%}
  {%- set preset = spec.drivers.preset -%}
  {%- set roles = {
    'id': [['identifier', 'count_distinct']], 'category': [['dimension', 'count_distinct']], 'amount': [['measure', 'sum']],
    'mixed': [['identifier', 'count_distinct'], ['measure', 'sum']],
  } -%}
  {%- if preset is not none -%}
    {%- set field = spec.field ~ '.drivers.preset' -%}
    {%- do texts.append([field, 'count(*)']) -%}
    {%- for role, op in roles[preset] -%}
      {#- fewest values first: customers, their orders, the lines of these -#}
      {%- for row in profile | selectattr('role', 'equalto', role) | sort(attribute='n_distinct') if row.column_name not in kept -%}
        {%- if role != 'measure' or row.data_type != 'text' or spec.numeric_text -%}
          {%- do texts.append([field, op ~ '("' ~ row.column_name | replace('"', '""') ~ '")']) -%}
        {%- endif -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set expressions = [] -%}
  {%- for field, text in texts -%}
    {%- set found = modules.re.match('(?is)\\s*(sum|avg|count|count_distinct)\\s*\\(\\s*(.+?)\\s*\\)\\s*$', text) -%}
    {#- sum(a) / sum(b) is no single aggregate: its brackets close before the end -#}
    {%- set state = namespace(open=0, is_one=true) -%}
    {%- for character in (found.group(2) if found else '') if character in '()' -%}
      {%- set state.open = state.open + (1 if character == '(' else -1) -%}
      {%- set state.is_one = state.is_one and state.open >= 0 -%}
    {%- endfor -%}
    {%- set is_distinct = found and modules.re.match('(?i)distinct\\b', found.group(2)) -%}
    {%- if not found or not state.is_one or is_distinct or found.group(2) == '*' and found.group(1) | lower != 'count' -%}
      {%- do whence.config_error(
        field, "'" ~ text ~ "' is not one of sum(column), avg(column), count(column), count(*), count_distinct(column)"
      ) -%}
    {%- endif -%}
    {%- set op, argument = found.group(1) | lower, found.group(2) -%}
    {%- set bare = argument[1:-1] | replace('""', '"') if argument[0] == '"' and argument[-1] == '"' else argument -%}
    {%- set column = whence.find_column(bare, columns) -%}
    {%- set name = op ~ '(' ~ (column.name if column is not none else argument) ~ ')' -%}
    {%- if name not in expressions | map(attribute='name') -%}
      {%- do expressions.append({
        'name': name, 'op': op, 'field': field,
        'sql': none if argument == '*' else whence.column_expression(field, bare if column is not none else argument, columns, label),
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set valued = expressions | rejectattr('sql', 'none') | list -%}
  {%- for type in whence.expression_types(rows, valued) -%}
    {%- set expression = valued[loop.index0] -%}
    {%- set family = whence.type_family(type) -%}
    {%- if expression.op in ['sum', 'avg'] and family == 'boolean' -%}
      {%- do expression.update({'sql': 'cast(' ~ expression.sql ~ ' as integer)'}) -%}
    {%- elif expression.op in ['sum', 'avg'] and family not in ['integer', 'decimal', 'double'] -%}
      {%- do whence.not_a_number(expression.field, expression.name, type) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(expressions) }}
{%- endmacro -%}
