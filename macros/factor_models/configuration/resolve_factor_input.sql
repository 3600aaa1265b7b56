{#-
  The columns of one input of a factor model, by role; stops compilation where one that is needed is missing or of a
  type that cannot serve.

  name: prices, portfolio, factors, risk_free or labels.
  input: relation as check_input returns it.
  columns: list of column objects of the relation.
  shared: the mapping of roles to columns at the top of the spec.
  timezone: the zone in which an instant becomes a date.
  Returns {'label', 'columns': dict of role to {'name', 'sql', 'data_type'}, 'series': list of {'name', 'sql'} or none}.
-#}
{%- macro resolve_factor_input(name, input, columns, shared, timezone) -%}
  {%- set roles = {} -%}
  {%- for role, usual in whence.factor_input_roles()[name].items() -%}
    {%- set column = whence.role_column(role, input, columns, shared, usual) -%}
    {%- if column is not none -%}
      {%- do roles.update({role: {
        'name': column.name, 'sql': whence.quote_identifier(column.name), 'data_type': column.dtype,
      }}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set needed = {
    'prices': [['date'], ['asset'], ['price', 'return']], 'portfolio': [['asset'], ['weight', 'market_value', 'shares']],
    'factors': [['date']], 'risk_free': [['date'], ['rate']], 'labels': [['factor'], ['label']],
  }[name] -%}
  {#- Named columns first: a mapped return is meant even where there is a price too. -#}
  {%- for choices in needed -%}
    {%- set present = [] -%}
    {%- for role in choices if role in roles -%}
      {%- do present.append(role) -%}
    {%- endfor -%}
    {%- set mapped = [] -%}
    {%- for role in present
        if role in input.columns or shared.get(role) is not none and shared[role] | lower == roles[role].name | lower -%}
      {%- do mapped.append(role) -%}
    {%- endfor -%}
    {%- if not present -%}
      {%- do whence.config_error(
        input.field, input.label ~ ' has no column for ' ~ choices | join(' or ') ~ ' ('
        ~ columns | map(attribute='name') | join(', ') ~ '); expected '
        ~ whence.factor_input_roles()[name][choices[0]] | join(', ') ~ ', or columns: {' ~ choices[0] ~ ': <column>}'
      ) -%}
    {%- elif mapped | length > 1 -%}
      {%- do whence.config_error(input.field ~ '.columns', mapped | join(' and ') ~ ' are both given; expected one of them') -%}
    {%- endif -%}
    {%- set chosen = (mapped or present)[0] -%}
    {%- for role in present if role != chosen -%}
      {%- do roles.pop(role) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if name == 'portfolio' and 'shares' not in roles -%}
    {%- do roles.pop('price', none) -%}
  {%- endif -%}
  {%- set series = none -%}
  {%- if name == 'factors' -%}
    {%- if 'factor' in roles and 'value' not in roles -%}
      {%- do whence.config_error(
        input.field, input.label ~ " has a column 'factor' and none for value; expected value, or columns: {value: <column>}"
      ) -%}
    {%- elif 'factor' not in roles -%}
      {%- do roles.pop('value', none) -%}
      {%- set series = whence.factor_series(input, columns, roles['date'].name) -%}
    {%- endif -%}
  {%- endif -%}
  {%- for role in roles if role in ['price', 'return', 'weight', 'market_value', 'shares', 'value', 'rate'] -%}
    {%- set type = roles[role].data_type -%}
    {%- if whence.type_family(type) not in ['integer', 'decimal', 'double'] and not whence.is_untyped(type) -%}
      {%- do whence.config_error(
        input.field ~ '.columns.' ~ role, "'" ~ roles[role].name ~ "' of " ~ input.label ~ ' is of type '
        ~ type ~ '; expected a number'
      ) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if 'date' in roles -%}
    {%- set column = roles['date'] -%}
    {%- if whence.type_family(column.data_type) in ['boolean', 'double', 'decimal', 'other']
        and not whence.is_untyped(column.data_type) -%}
      {%- do whence.config_error(
        input.field ~ '.columns.date', "'" ~ column.name ~ "' of " ~ input.label ~ ' is of type ' ~ column.data_type
        ~ '; expected a date, a timestamp, or text that holds dates'
      ) -%}
    {%- endif -%}
    {%- do column.update({'sql': whence.to_date(column.sql, column.data_type, timezone=timezone)}) -%}
  {%- endif -%}
  {%- for role in ['asset', 'factor', 'label'] if role in roles -%}
    {%- do roles[role].update({'sql': whence.to_text(roles[role].sql, roles[role].data_type)}) -%}
  {%- endfor -%}
  {{ return({'label': input.label, 'columns': roles, 'series': series}) }}
{%- endmacro -%}
