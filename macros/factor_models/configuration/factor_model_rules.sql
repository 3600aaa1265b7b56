{#-
  Every field of a factor model with its type, bounds and default: the one place that defines them.
  docs/factor_models.md describes them.

  Returns a dict of field name to the rule of check_value, plus default and required.
-#}
{%- macro factor_model_rules() -%}
  {{ return({
    'name': {'type': 'text', 'required': true},
    'prices': {'type': 'any', 'required': true},
    'portfolio': {'type': 'any'},
    'normalize': {'type': 'text', 'one_of': ['gross', 'net'], 'default': 'gross'},
    'factors': {'type': 'any'},
    'risk_free': {'type': 'any'},
    'labels': {'type': 'any'},
    'columns': {'type': 'mapping', 'default': {}},
    'returns': {'type': 'text', 'one_of': ['simple', 'log'], 'default': 'simple'},
    'frequency': {'type': 'text', 'one_of': ['daily', 'weekly', 'monthly']},
    'timezone': {'type': 'text', 'default': 'UTC'},
    'include_weekends': {'type': 'boolean', 'default': false},
    'standardize': {'type': 'boolean', 'default': true},
    'histories': {'type': 'text', 'one_of': ['common', 'pairwise'], 'default': 'common'},
    'min_observations': {'type': 'integer', 'min': 2, 'default': 3},
    'n_factors': {'type': 'any', 'default': 'auto'},
    'hac_lags': {'type': 'integer', 'min': 0},
    'rolling_window': {'type': 'integer', 'min': 3},
    'outlier_z': {'type': 'number', 'min': 0, 'default': 3.5},
    'window': {'type': 'text', 'one_of': ['1y', '3y', '5y']},
    'start_date': {'type': 'date'},
    'end_date': {'type': 'date'},
  }) }}
{%- endmacro -%}
