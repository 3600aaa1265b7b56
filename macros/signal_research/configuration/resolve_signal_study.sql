{#-
  A checked signal study brought together with the columns of its panel.

  spec: as check_signal_study returns it.
  relation: the panel.
  Returns none where the panel is not in the warehouse yet (compile, lint), else a dict, kept as JSON in
  int_signal_research__specs: name, field, label, columns (dict of role to {'name', 'sql'}), return_kind (price, return or
  forward_return), signals [{name, column, slot, sql, scope, kind}], controls [{name, sql, is_number}] (of neutralize),
  slice_by (none or {name, sql}), and the plain settings.
-#}
{%- macro resolve_signal_study(spec, relation) -%}
  {%- set columns = adapter.get_columns_in_relation(relation) -%}
  {%- set label = spec.panel.label -%}
  {%- if not columns -%}
    {%- if whence.is_building() -%}
      {%- do whence.config_error(
        spec.panel.field, "'" ~ label ~ "' is not in the warehouse; expected a table or view that is built before"
      ) -%}
    {%- endif -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set numbers = ['integer', 'decimal', 'double'] -%}
  {%- set names = columns | map(attribute='name') | join(', ') -%}
  {%- for role, name in spec.columns.items() if whence.find_column(name, columns) is none -%}
    {%- do whence.not_one_of(
      spec.field ~ '.columns.' ~ role, name, columns | map(attribute='name') | list, 'a column of ' ~ label
    ) -%}
  {%- endfor -%}
  {%- set roles = {} -%}
  {%- for role, usual in whence.signal_input_roles().items() -%}
    {%- set column = whence.role_column(role, spec.panel, columns, spec.columns, usual) -%}
    {%- if column is not none -%}
      {%- do roles.update({role: {
        'name': column.name, 'sql': whence.quote_identifier(column.name), 'data_type': column.dtype,
      }}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for role in ['date', 'asset'] if role not in roles -%}
    {%- do whence.config_error(
      spec.panel.field, label ~ ' has no column for ' ~ role ~ ' (' ~ names ~ '); expected '
      ~ whence.signal_input_roles()[role] | join(', ') ~ ', or columns: {' ~ role ~ ': <column>}'
    ) -%}
  {%- endfor -%}
  {#- Named columns first, then prices, ready forward returns, returns. -#}
  {%- set kinds = [] -%}
  {%- for role in ['price', 'forward_return', 'return'] if role in roles -%}
    {%- if role in spec.panel.columns or spec.columns.get(role, '') | lower == roles[role].name | lower -%}
      {%- do kinds.insert(0, role) -%}
    {%- else -%}
      {%- do kinds.append(role) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not kinds -%}
    {%- do whence.config_error(
      spec.panel.field, label ~ ' has no column for price, return or forward_return (' ~ names
      ~ '); expected one, or columns: {price: <column>}'
    ) -%}
  {%- elif kinds[0] == 'forward_return' and spec.horizons | length > 1 -%}
    {%- do whence.config_error(
      spec.field ~ '.horizons', 'a ready forward return (' ~ roles['forward_return'].name
      ~ ') is of one horizon; expected one, or prices to work out several from'
    ) -%}
  {%- endif -%}
  {%- set value = roles[kinds[0]] -%}
  {%- if whence.type_family(value.data_type) not in numbers and not whence.is_untyped(value.data_type) -%}
    {%- do whence.config_error(
      spec.panel.field ~ '.columns.' ~ kinds[0], "'" ~ value.name ~ "' of " ~ label ~ ' is of type ' ~ value.data_type
      ~ '; expected a number'
    ) -%}
  {%- endif -%}
  {%- set date = roles['date'] -%}
  {%- if
    whence.type_family(date.data_type) in ['boolean', 'double', 'decimal', 'other']
    and not whence.is_untyped(date.data_type)
  -%}
    {%- do whence.config_error(
      spec.panel.field ~ '.columns.date', "'" ~ date.name ~ "' of " ~ label ~ ' is of type ' ~ date.data_type
      ~ '; expected a date, a timestamp, or text that holds dates'
    ) -%}
  {%- endif -%}
  {%- set signals = [] -%}
  {%- for signal in spec.signals -%}
    {%- set field = spec.field ~ '.signals[' ~ signal.name ~ ']' -%}
    {%- set column = whence.required_column(field, signal.name, columns, label) -%}
    {%- if whence.type_family(column.dtype) not in numbers + ['boolean'] and not whence.is_untyped(column.dtype) -%}
      {%- do whence.config_error(
        field, "'" ~ column.name ~ "' of " ~ label ~ ' is of type ' ~ column.dtype ~ '; expected a number'
      ) -%}
    {%- endif -%}
    {%- do signals.append({
      'name': signal.name, 'slot': loop.index, 'scope': signal.scope, 'kind': signal.kind,
      'sql': whence.signal_number_of(column),
    }) -%}
  {%- endfor -%}
  {%- set resolved = {
    'controls': whence.signal_controls(spec, columns, label), 'slice_by': whence.signal_slice_column(spec, columns, label),
    'label': label, 'return_kind': kinds[0], 'signals': signals,
    'columns': {
      'date': whence.to_date(date.sql, date.data_type, timezone=spec.timezone),
      'asset': whence.to_text(roles['asset'].sql, roles['asset'].data_type), 'value': value.sql,
    },
    'names': {'date': date.name, 'asset': roles['asset'].name, 'value': value.name},
  } -%}
  {%- for name in [
    'name', 'field', 'horizons', 'entry_lag', 'per_period', 'quantiles', 'cost_bps', 'abnormal_return', 'event_window',
    'procedures', 'gate', 'family', 'neutralize', 'threshold', 'start_date', 'end_date',
  ] -%}
    {%- do resolved.update({name: spec[name]}) -%}
  {%- endfor -%}
  {{ return(resolved) }}
{%- endmacro -%}

{#-
  A column as SQL of a number; a boolean is 1 or 0.

  column: of the panel.
-#}
{%- macro signal_number_of(column) -%}
  {%- set sql = whence.quote_identifier(column.name) -%}
  {{ return(
    'case when ' ~ sql ~ ' then 1 when not ' ~ sql ~ ' then 0 end' if whence.type_family(column.dtype) == 'boolean' else sql
  ) }}
{%- endmacro -%}
