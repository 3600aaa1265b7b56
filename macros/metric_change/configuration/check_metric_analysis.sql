{#-
  One metric analysis, checked without the warehouse and in its normal form.

  field: path for messages, e.g. whence_metric_analyses[retail_revenue].
  given: the spec as written.
  Returns a dict, see metric_analysis_specs.
-#}
{%- macro check_metric_analysis(field, given) -%}
  {%- set spec = whence.check_fields(field, given, whence.metric_analysis_rules()) -%}
  {%- if '@' in spec.name -%}
    {%- do whence.config_error(field ~ '.name', "holds '@', which is kept for the windows of history") -%}
  {%- endif -%}
  {%- do spec.update({
    'field': field,
    'relation': whence.check_relation(field ~ '.relation', spec.relation, spec.package),
    'time': whence.check_metric_time(field ~ '.time', spec.time),
    'current': whence.check_metric_current(field ~ '.current', spec.current),
    'compare': whence.check_metric_compare(field ~ '.compare', spec.compare, spec.package),
    'is_current_given': given.get('current') is not none,
    'is_drivers_given': given.get('drivers') is not none,
    'dimensions': whence.check_metric_dimensions(field ~ '.dimensions', spec.dimensions),
    'metrics': whence.check_metric_list(field ~ '.metrics', spec.metrics),
    'text': whence.check_fields(field ~ '.text', spec.text, {
      'normalize': {'type': 'texts', 'default': []}, 'word_frequency': {'type': 'texts', 'default': []},
    }),
    'drivers': whence.check_fields(field ~ '.drivers', spec.drivers, {
      'metric': {'type': 'text'}, 'identity': {'type': 'text', 'default': 'infer'},
      'methods': {
        'type': 'texts', 'entry': {'type': 'text', 'one_of': ['shapley', 'lmdi', 'regression']}, 'default': ['shapley'],
      },
      'preset': {'type': 'text', 'one_of': ['id', 'category', 'amount', 'mixed']},
      'expressions': {'type': 'texts', 'default': []}, 'calendar_effect': {'type': 'boolean', 'default': false},
      'extensive': {'type': 'texts', 'default': []}, 'intensive': {'type': 'texts', 'default': []},
    }),
    'drilldown': whence.check_fields(field ~ '.drilldown', spec.drilldown, {
      'max_branches': {'type': 'integer', 'min': 1, 'default': 3}, 'max_depth': {'type': 'integer', 'min': 1, 'default': 4},
      'min_share': {'type': 'number', 'min': 0, 'max': 1, 'default': 0.1},
      'max_q': {'type': 'number', 'min': 0, 'max': 1, 'default': 0.05},
    }),
    'insights': whence.check_fields(field ~ '.insights', spec.insights, {
      'top': {'type': 'integer', 'min': 1, 'default': 5},
      'opportunity_min_records': {'type': 'integer', 'min': 0, 'default': 2},
    }),
    'alerts': whence.check_metric_alerts(field ~ '.alerts', spec.alerts),
  }) -%}
  {%- if spec.compare.to in ['relation', 'column'] and spec.history > 0 -%}
    {%- do whence.config_error(
      field ~ '.history', 'needs windows of time; it does not go with compare.to a ' ~ spec.compare.to
    ) -%}
  {%- endif -%}
  {%- if spec.key and spec.compare.to != 'relation' -%}
    {%- do whence.config_error(
      field ~ '.key', 'matches the rows of two snapshots, and this analysis compares none; '
      ~ 'set compare: {to: {relation: ...}} to the other snapshot, or leave key out'
    ) -%}
  {%- endif -%}
  {#- Whether a date column can be inferred shows in the data; here it is known whether dates are asked for. -#}
  {%- do spec.update({
    'needs_time': spec.time is not none or spec.compare.to in ['previous', 'year_ago', 'trailing', 'dates'],
  }) -%}
  {{ return(spec) }}
{%- endmacro -%}
