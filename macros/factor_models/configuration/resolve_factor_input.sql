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
      {%- do roles.update({role: column}) -%}
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
      {%- do whence.missing_role(input, choices, whence.factor_input_roles()[name][choices[0]], columns) -%}
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
  {%- set typed = {} -%}
  {%- for role, column in roles.items() -%}
    {%- set kind = {'date': 'date', 'asset': 'text', 'factor': 'text', 'label': 'text'}.get(role, 'number') -%}
    {%- do typed.update({role: whence.typed_column(input, role, column, kind, timezone)}) -%}
  {%- endfor -%}
  {{ return({'label': input.label, 'columns': typed, 'series': series}) }}
{%- endmacro -%}
