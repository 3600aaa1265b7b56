{#-
  Checked factor proxies brought together with the columns of their relations.

  spec: as proxy_spec returns it.
  relations: dict of input to relation.
  rate_columns: dict of maturity to the usual names of its column in yields, see proxy_rate_columns.
  Returns none where a relation is not in the warehouse yet (compile, lint), else a dict, kept as JSON in
  int_factor_proxies__specs: the plain settings, and inputs, a dict of input to {'label', 'columns': dict of role to
  {'name', 'sql', 'data_type'}}; of yields, columns are date and one per maturity that the relation has.
-#}
{%- macro resolve_proxies(spec, relations, rate_columns) -%}
  {%- set found = {} -%}
  {%- for name, input in spec.inputs.items() -%}
    {%- set columns = adapter.get_columns_in_relation(relations[name]) -%}
    {%- if not columns -%}
      {%- if whence.is_building() -%}
        {%- do whence.config_error(
          input.field, "'" ~ input.label ~ "' is not in the warehouse; expected a table or view that is built before"
        ) -%}
      {%- endif -%}
      {{ return(none) }}
    {%- endif -%}
    {%- do found.update({name: columns}) -%}
  {%- endfor -%}
  {%- for role, column in spec.columns.items() -%}
    {%- set names = [] -%}
    {%- for columns in found.values() -%}
      {%- do names.extend(columns | map(attribute='name')) -%}
    {%- endfor -%}
    {%- if column | lower not in names | map('lower') -%}
      {%- do whence.not_one_of(spec.field ~ '.columns.' ~ role, column, names | unique | list, 'a column of a declared relation') -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set inputs = {} -%}
  {%- for name, input in spec.inputs.items() -%}
    {%- set typed = {} -%}
    {%- for role, rule in whence.proxy_input_roles()[name].items() -%}
      {%- set column = whence.role_column(role, input, found[name], spec.columns, rule.names) -%}
      {%- if column is not none -%}
        {%- do typed.update({role: whence.typed_column(input, role, column, rule.kind, spec.timezone)}) -%}
      {%- elif rule.needed -%}
        {%- do whence.missing_role(input, [role], rule.names, found[name]) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if name == 'prices' and not ('price' in typed or 'close' in typed or 'return' in typed) -%}
      {%- do whence.missing_role(
        input, ['price', 'close', 'return'], whence.proxy_input_roles().prices.price.names, found[name]
      ) -%}
    {%- elif name == 'yields' -%}
      {%- for maturity in [spec.risk_free_maturity] + spec.maturities -%}
        {%- set usual = [maturity] + rate_columns.get(maturity, []) -%}
        {%- set column = whence.role_column(maturity, input, found[name], spec.columns, usual) -%}
        {%- set setting = 'maturities' if maturity in spec.maturities else 'risk_free_maturity' -%}
        {%- if column is not none -%}
          {%- do typed.update({maturity: whence.typed_column(input, maturity, column, 'number')}) -%}
        {#- yields without the usual riskless one: excess returns stay empty, see check_proxy_data -#}
        {%- elif setting == 'maturities' or maturity != whence.proxy_rules().risk_free_maturity.default -%}
          {%- do whence.not_one_of(
            spec.field ~ '.' ~ setting, maturity, found[name] | map(attribute='name') | list, 'a column of ' ~ input.label
          ) -%}
        {%- endif -%}
      {%- endfor -%}
    {%- endif -%}
    {%- do inputs.update({name: {'label': input.label, 'columns': typed}}) -%}
  {%- endfor -%}
  {%- if spec.min_dividend_yield is not none and spec.preset is none and 'distributions' not in inputs
        and not ('price' in inputs.prices.columns and 'close' in inputs.prices.columns) -%}
    {%- do whence.config_error(
      spec.field ~ '.min_dividend_yield',
      'needs dividend yields; expected distributions, or prices with both price and close'
    ) -%}
  {%- endif -%}
  {%- set resolved = dict(spec) -%}
  {%- for name in whence.proxy_input_roles().keys() | list + ['columns', 'timezone'] -%}
    {%- do resolved.pop(name, none) -%}
  {%- endfor -%}
  {#- shortest first, names that the reference lacks last: the slope is the last less the first -#}
  {%- set maturities = [] -%}
  {%- for maturity in rate_columns.keys() | list + spec.maturities if maturity in spec.maturities and maturity not in maturities -%}
    {%- do maturities.append(maturity) -%}
  {%- endfor -%}
  {%- do resolved.update({'inputs': inputs, 'maturities': maturities}) -%}
  {{ return(resolved) }}
{%- endmacro -%}
