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
  {%- for low, high in [
    ('low_volatility', 'high_volatility'), ('shallow_drawdown', 'deep_drawdown'), ('low_beta', 'high_beta')
  ] if spec[low] > spec[high] -%}
    {%- do whence.config_error(field ~ '.' ~ low, spec[low] ~ ' is above ' ~ high ~ ', ' ~ spec[high]) -%}
  {%- endfor -%}
  {%- set inputs = {} -%}
  {%- set every_role = [] -%}
  {%- for name, roles in whence.proxy_input_roles().items() -%}
    {%- do every_role.extend(roles.keys()) -%}
    {%- if spec[name] is not none -%}
      {%- do inputs.update({name: whence.check_input(field ~ '.' ~ name, spec[name], roles.keys() | list)}) -%}
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
  {%- elif not spec.benchmarks -%}
    {%- do whence.config_error(field ~ '.benchmarks', 'is empty; expected tickers of the panel such as [SPY]') -%}
  {%- elif spec.composite_weighting == 'market_cap' and spec.market_caps is none -%}
    {%- do whence.config_error(field ~ '.composite_weighting', 'market_cap needs market_caps, and there are none') -%}
  {%- elif spec.min_dividend_yield is not none and asked.min_dividend_yield is not none and spec.distributions is none -%}
    {%- do whence.config_error(field ~ '.min_dividend_yield', 'needs distributions, and there are none') -%}
  {%- endif -%}
  {%- for name in ['benchmarks', 'maturities', 'categories', 'rolling_windows'] -%}
    {%- if spec[name] | unique | list | length < spec[name] | length -%}
      {%- do whence.config_error(field ~ '.' ~ name, "'" ~ spec[name] | join(', ') ~ "' names one twice") -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set classes = {'type': 'texts', 'entry': {'type': 'text'}, 'default': []} -%}
  {%- do spec.update({
    'field': field, 'inputs': inputs, 'columns': whence.check_roles(field ~ '.columns', spec.columns, every_role | unique | list),
    'asset_class_filters': whence.check_fields(
      field ~ '.asset_class_filters', spec.asset_class_filters, {'include': classes, 'exclude': classes}
    ),
  }) -%}
  {{ return(spec) }}
{%- endmacro -%}
