{#-
  Factor proxies checked without the warehouse and in their normal form.

  field: path for messages.
  given: the mapping as written.
  Returns a dict, see proxy_spec.
-#}
{%- macro check_proxies(field, given) -%}
  {%- set rules = whence.proxy_rules() -%}
  {%- set asked = whence.check_fields(field, given, rules) -%}
  {%- for name, value in whence.proxy_presets().get(asked.preset, {}).items() -%}
    {%- do rules.update({name: dict(rules[name], default=value)}) -%}
  {%- endfor -%}
  {%- set spec = whence.check_fields(field, given, rules) -%}
  {%- set inputs = {} -%}
  {%- set every_role = [] -%}
  {%- for name, roles in whence.proxy_input_roles().items() -%}
    {%- set listed = roles.keys() | list -%}
    {#- a maturity is a role of its own -#}
    {%- if name == 'yields' -%}
      {%- do listed.extend([spec.risk_free_maturity] + spec.maturities) -%}
    {%- endif -%}
    {%- do every_role.extend(listed) -%}
    {%- if spec[name] is not none -%}
      {%- do inputs.update({name: whence.check_input(field ~ '.' ~ name, spec[name], listed | unique | list)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if spec.window is not none and spec.start_date is not none -%}
    {%- do whence.config_error(field ~ '.start_date', 'does not go with window; expected one of them') -%}
  {%- elif spec.start_date is not none and spec.end_date is not none -%}
    {%- do whence.check_date_range(field ~ '.start_date', [spec.start_date, spec.end_date]) -%}
  {%- endif -%}
  {%- if spec.hedge_below >= spec.complement_below -%}
    {%- do whence.config_error(
      field ~ '.hedge_below', spec.hedge_below ~ ' is not below complement_below, ' ~ spec.complement_below
      ~ '; expected hedge, complement, amplifier in this order'
    ) -%}
  {%- elif spec.exposure_ok > spec.exposure_high -%}
    {%- do whence.config_error(
      field ~ '.exposure_ok', spec.exposure_ok ~ ' is above exposure_high, ' ~ spec.exposure_high
      ~ '; expected low, ok, high in this order'
    ) -%}
  {%- elif spec.composite_weighting == 'market_cap' and spec.market_caps is none -%}
    {%- do whence.config_error(field ~ '.composite_weighting', 'market_cap needs market_caps, and there are none') -%}
  {%- endif -%}
  {%- for name, example in [
    ('benchmarks', 'tickers of the panel such as [SPY]'), ('maturities', 'columns of yields such as [y2, y10]'),
    ('categories', 'some of ' ~ whence.proxy_categories() | join(', ')),
  ] if not spec[name] -%}
    {%- do whence.config_error(field ~ '.' ~ name, 'is empty; expected ' ~ example) -%}
  {%- endfor -%}
  {%- for name in [
    'benchmarks', 'maturities', 'categories', 'rate_sensitivity_categories', 'market_sensitivity_categories',
    'rolling_windows',
  ] if spec[name] | unique(case_sensitive=true) | list | length < spec[name] | length -%}
    {%- do whence.config_error(field ~ '.' ~ name, "'" ~ spec[name] | join(', ') ~ "' names one twice") -%}
  {%- endfor -%}
  {%- for low, high in [
    ('low_volatility', 'high_volatility'), ('shallow_drawdown', 'deep_drawdown'), ('low_beta', 'high_beta')
  ] if spec[low] > spec[high] -%}
    {%- do whence.config_error(
      field ~ '.' ~ low, spec[low] ~ ' is above ' ~ high ~ ', ' ~ spec[high] ~ '; expected it below'
    ) -%}
  {%- endfor -%}
  {%- set classes = {'type': 'texts', 'entry': {'type': 'text'}, 'default': []} -%}
  {%- set filters = whence.check_fields(
    field ~ '.asset_class_filters', spec.asset_class_filters, {'include': classes, 'exclude': classes}
  ) -%}
  {%- for name in filters.include if name in filters.exclude -%}
    {%- do whence.config_error(
      field ~ '.asset_class_filters', "'" ~ name ~ "' is both included and excluded; expected one"
    ) -%}
  {%- endfor -%}
  {%- do spec.update({
    'field': field, 'inputs': inputs, 'asset_class_filters': filters,
    'columns': whence.check_roles(field ~ '.columns', spec.columns, every_role | unique | list),
  }) -%}
  {{ return(spec) }}
{%- endmacro -%}
