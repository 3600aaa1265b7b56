{#-
  The alerts of an analysis, checked as far as that goes without its metrics and dimensions.

  field: path for messages.
  value: list of {rule: 'measure operator threshold', severity: warn or error, metric, side, dimensions}.
  Returns a list of {'rule' (single spaces), 'table', 'measure', 'operator', 'threshold', 'severity', 'metric', 'side',
  'dimensions'}.
-#}
{%- macro check_metric_alerts(field, value) -%}
  {%- set measures = whence.metric_alert_measures() -%}
  {%- set alerts = [] -%}
  {%- for entry in value -%}
    {%- set path = field ~ '[' ~ loop.index0 ~ ']' -%}
    {%- set alert = whence.check_fields(path, {'rule': entry} if entry is string else entry, {
      'rule': {'type': 'text', 'required': true},
      'severity': {'type': 'text', 'one_of': ['warn', 'error'], 'default': 'warn'},
      'metric': {'type': 'text'}, 'side': {'type': 'text', 'one_of': ['baseline', 'current']},
      'dimensions': {'type': 'texts'},
    }) -%}
    {%- set match = modules.re.match(
      '^\\s*([a-z0-9_]+)\\s*(>=|<=|!=|>|<|=)\\s*([-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\\s*$', alert.rule
    ) -%}
    {%- if not match -%}
      {%- do whence.config_error(
        path ~ '.rule', "'" ~ alert.rule ~ "' is not a rule; expected a column, one of > >= < <= = !=, and a number, such as"
        ~ " 'top5_record_share > 0.6'"
      ) -%}
    {%- endif -%}
    {%- set measure = match.group(1) -%}
    {%- set found = namespace(table=none) -%}
    {%- for name, columns in measures.items() if measure in columns -%}
      {%- set found.table = name -%}
    {%- endfor -%}
    {%- if found.table is none -%}
      {%- do whence.not_one_of(path ~ '.rule', measure, measures.values() | sum(start=[])) -%}
    {%- endif -%}
    {%- set threshold = match.group(3) | float -%}
    {%- if threshold | abs > 1e300 -%}
      {%- do whence.config_error(path ~ '.rule', "'" ~ match.group(3) ~ "' is out of range; expected at most 1e300") -%}
    {%- endif -%}
    {%- set table = found.table -%}
    {%- if table != 'metric_totals' and alert.side is not none -%}
      {%- do whence.config_error(
        path ~ '.side', "does not go with '" ~ measure ~ "', a column of " ~ table ~ ', where a row holds both sides'
      ) -%}
    {%- elif table not in ['metric_movers', 'metric_residual_segments'] and alert.dimensions is not none -%}
      {%- do whence.config_error(
        path ~ '.dimensions', "does not go with '" ~ measure ~ "', a column of " ~ table ~ ', which has no segments'
      ) -%}
    {%- endif -%}
    {%- do alert.update({
      'rule': modules.re.sub('\\s+', ' ', alert.rule) | trim, 'table': table, 'measure': measure,
      'operator': match.group(2), 'threshold': threshold,
    }) -%}
    {%- do alerts.append(alert) -%}
  {%- endfor -%}
  {{ return(alerts) }}
{%- endmacro -%}
