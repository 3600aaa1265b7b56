{#-
  Every field of a signal study with its type, bounds and default: the one place that defines them.
  docs/signal_research.md describes them.

  Returns a dict of field name to the rule of check_value, plus default and required.
-#}
{%- macro signal_study_rules() -%}
  {{ return({
    'name': {'type': 'text', 'required': true},
    'panel': {'type': 'any', 'required': true},
    'columns': {'type': 'mapping', 'default': {}},
    'signals': {'type': 'list', 'required': true},
    'horizons': {'type': 'list', 'entry': {'type': 'integer', 'min': 1, 'max': 1000000}, 'default': [1]},
    'entry_lag': {'type': 'integer', 'min': 0, 'max': 1000000, 'default': 1},
    'per_period': {'type': 'boolean', 'default': true},
    'quantiles': {'type': 'integer', 'min': 2, 'max': 100, 'default': 5},
    'cost_bps': {'type': 'number', 'min': 0, 'max': 10000, 'default': 10},
    'abnormal_return': {'type': 'text', 'one_of': ['none', 'mean', 'market'], 'default': 'none'},
    'event_window': {'type': 'list', 'entry': {'type': 'integer', 'min': -1000, 'max': 1000}, 'default': [-5, 20]},
    'procedures': {'type': 'texts', 'entry': {'type': 'text', 'one_of': whence.signal_procedures()}},
    'gate': {'type': 'text'},
    'family': {'type': 'text', 'one_of': ['study', 'all_trials'], 'default': 'study'},
    'neutralize': {'type': 'texts', 'default': []},
    'slice_by': {'type': 'text'},
    'threshold': {'type': 'number', 'min': 0, 'max': 1, 'default': 0.05},
    'timezone': {'type': 'text', 'default': 'UTC'},
    'start_date': {'type': 'date'},
    'end_date': {'type': 'date'},
  }) }}
{%- endmacro -%}
