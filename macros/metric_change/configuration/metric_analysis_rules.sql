{#-
  Every field of a metric analysis with its type, bounds and default: the one place that defines them.
  docs/metric_change.md describes them.

  Returns a dict of field name to the rule of check_value, plus default and required.
-#}
{%- macro metric_analysis_rules() -%}
  {{ return({
    'name': {'type': 'text', 'required': true},
    'relation': {'type': 'any', 'required': true},
    'package': {'type': 'text'},
    'profile': {'type': 'text'},
    'time': {'type': 'any'},
    'current': {'type': 'any', 'default': 'last_complete'},
    'compare': {'type': 'any'},
    'anchor_date': {'type': 'date'},
    'history': {'type': 'integer', 'min': 0, 'max': 1000, 'default': 0},
    'key': {'type': 'texts'},
    'unit': {'type': 'texts'},
    'dimensions': {'type': 'list'},
    'metrics': {'type': 'list'},
    'volume': {'type': 'text', 'default': 'records'},
    'where': {'type': 'text'},
    'max_depth': {'type': 'integer', 'min': 1, 'default': 2},
    'max_segments': {'type': 'integer', 'min': 1, 'default': 10000},
    'min_records': {'type': 'integer', 'min': 0, 'default': 1},
    'min_support': {'type': 'number', 'min': 0, 'max': 1, 'default': 0},
    'percentiles': {
      'type': 'list', 'entry': {'type': 'number', 'one_of': whence.metric_percentiles().keys() | list}, 'default': [],
    },
    'text': {'type': 'mapping', 'default': {}},
    'exclude_blank': {'type': 'boolean', 'default': false},
    'rank_by': {'type': 'text', 'default': 'records'},
    'top': {'type': 'integer', 'min': 1, 'default': 20},
    'drivers': {'type': 'mapping', 'default': {}},
    'drilldown': {'type': 'mapping', 'default': {}},
    'insights': {'type': 'mapping', 'default': {}},
    'numeric_text': {'type': 'boolean', 'default': false},
    'alerts': {'type': 'list', 'default': []},
  }) }}
{%- endmacro -%}
