{#-
  Presets: what each sets where whence_factor_proxies does not; selectors.yml has selectors of the same names.

  Returns a dict of preset to a dict of fields.
-#}
{%- macro proxy_presets() -%}
  {{ return({
    'overview': {},
    'equity_factors': {
      'categories': ['market', 'style', 'industry', 'cash', 'user_group'], 'rate_sensitivity_categories': ['industry', 'market'],
    },
    'macro_focus': {
      'categories': ['market', 'bond', 'cash', 'commodity', 'crypto', 'user_group'], 'macro_etf_matrix': true,
      'market_sensitivity_categories': ['bond', 'commodity', 'crypto'],
    },
    'income_focus': {
      'categories': ['market', 'style', 'industry', 'bond', 'cash', 'user_group'], 'min_dividend_yield': 0.02,
      'rate_sensitivity_categories': ['bond', 'industry', 'style'],
    },
    'light': {'rolling_windows': [36], 'max_basket': 1},
  }) }}
{%- endmacro -%}
