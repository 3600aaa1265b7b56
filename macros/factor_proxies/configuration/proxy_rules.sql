{#-
  Every field of whence_factor_proxies with its type, bounds and default: the one place that defines them.
  docs/factor_proxies.md describes them.

  Returns a dict of field name to the rule of check_value, plus default and required.
-#}
{%- macro proxy_rules() -%}
  {%- set share = {'type': 'number', 'min': 0, 'max': 1} -%}
  {%- set correlation = {'type': 'number', 'min': -1, 'max': 1} -%}
  {%- set categories = {'type': 'text', 'one_of': whence.proxy_categories()} -%}
  {{ return({
    'prices': {'type': 'any', 'required': true},
    'yields': {'type': 'any'},
    'distributions': {'type': 'any'},
    'market_caps': {'type': 'any'},
    'universe': {'type': 'any'},
    'portfolio': {'type': 'any'},
    'factor_groups': {'type': 'any'},
    'volatility_index': {'type': 'any'},
    'columns': {'type': 'mapping', 'default': {}},
    'timezone': {'type': 'text', 'default': 'UTC'},
    'window': {'type': 'text', 'one_of': ['1y', '3y', '5y']},
    'start_date': {'type': 'date'},
    'end_date': {'type': 'date'},
    'benchmarks': {'type': 'texts', 'default': ['SPY']},
    'maturities': {'type': 'texts', 'default': ['y2', 'y5', 'y10', 'y30']},
    'risk_free_maturity': {'type': 'text', 'default': 'm3'},
    'rate_sensitivity_categories': {'type': 'texts', 'entry': categories, 'default': ['bond', 'industry', 'market']},
    'market_sensitivity_categories': {'type': 'texts', 'entry': categories, 'default': ['industry', 'style']},
    'asset_class_filters': {'type': 'mapping', 'default': {}},
    'categories': {'type': 'texts', 'entry': categories, 'default': whence.proxy_categories()},
    'rolling_windows': {'type': 'list', 'entry': {'type': 'integer', 'min': 6, 'max': 1200}, 'default': [12, 24, 36]},
    'granularity': {'type': 'text', 'one_of': ['group', 'industry', 'subindustry'], 'default': 'group'},
    'macro_etf_matrix': {'type': 'boolean', 'default': false},
    'preset': {'type': 'text', 'one_of': whence.proxy_presets().keys() | list},
    'min_observations': {'type': 'integer', 'min': 4, 'max': 1200, 'default': 24},
    'alignment': {'type': 'text', 'one_of': ['pairwise', 'listwise'], 'default': 'pairwise'},
    'fill_months': {'type': 'integer', 'min': 0, 'max': 2, 'default': 0},
    'composite_weighting': {'type': 'text', 'one_of': ['equal', 'market_cap'], 'default': 'equal'},
    'composite_coverage': dict(share, default=0.5),
    'stale_months': {'type': 'integer', 'min': 0, 'default': 2},
    'gap_months': {'type': 'integer', 'min': 0, 'default': 1},
    'min_coverage': dict(share, default=0.7),
    'confidence': {'type': 'number', 'min': 0.5, 'max': 0.9999, 'default': 0.95},
    'hedge_below': dict(correlation, default=-0.1),
    'complement_below': dict(correlation, default=0.3),
    'ewma_lambda': {'type': 'number', 'min': 0.5, 'max': 1, 'default': 0.97},
    'near_duplicate': dict(share, default=0.95),
    'group_coverage': dict(share, default=0.6),
    'group_size': {'type': 'integer', 'min': 1, 'default': 3},
    'q_threshold': dict(share, default=0.05),
    'oos_improvement': dict(share, default=0.05),
    'min_oos_observations': {'type': 'integer', 'min': 1, 'default': 24},
    'classic_correlation': dict(correlation, default=-0.2),
    'exposure_high': {'type': 'number', 'min': 0, 'default': 0.25},
    'exposure_ok': {'type': 'number', 'min': 0, 'default': 0.15},
    'exposure_skip': {'type': 'number', 'min': 0, 'default': 0.2},
    'max_allocation': dict(share, default=0.1),
    'max_basket': {'type': 'integer', 'min': 1, 'max': 10, 'default': 3},
    'min_dividend_yield': {'type': 'number', 'min': 0},
    'max_volatility': {'type': 'number', 'min': 0},
    'max_drawdown': dict(share),
    'low_volatility': {'type': 'number', 'min': 0, 'default': 0.08},
    'high_volatility': {'type': 'number', 'min': 0, 'default': 0.2},
    'shallow_drawdown': dict(share, default=0.1),
    'deep_drawdown': dict(share, default=0.35),
    'low_beta': {'type': 'number', 'min': 0, 'default': 0.3},
    'high_beta': {'type': 'number', 'min': 0, 'default': 1.1},
  }) }}
{%- endmacro -%}

{#- The categories of series, in the order that reports have. -#}
{%- macro proxy_categories() -%}
  {{ return(['market', 'style', 'industry', 'bond', 'cash', 'commodity', 'crypto', 'user_group']) }}
{%- endmacro -%}
