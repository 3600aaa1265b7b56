{#-
  The alerts of an analysis, checked.

  field: path for messages.
  value: list of {rule: 'measure operator threshold', severity: warn or error, metric, side, dimensions}.
  Returns a list of {'rule', 'measure', 'operator', 'threshold', 'severity', 'metric', 'side', 'dimensions'}.
-#}
{%- macro check_metric_alerts(field, value) -%}
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
    {%- do alert.update({
      'measure': match.group(1), 'operator': match.group(2), 'threshold': match.group(3) | float,
    }) -%}
    {%- do alerts.append(alert) -%}
  {%- endfor -%}
  {{ return(alerts) }}
{%- endmacro -%}
