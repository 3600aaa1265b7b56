{#-
  The metrics in their normal form; none stays none (inferred).

  field: path for messages.
  value: list of {name, agg, expr}, {name, numerator, denominator}, or a column name (its sum).
  Returns a list of {'name', 'agg', 'expr', 'numerator', 'denominator'}; agg is ratio where the last two are given.
-#}
{%- macro check_metric_list(field, value) -%}
  {%- if value is none -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set metrics = [] -%}
  {%- set seen = [] -%}
  {%- for entry in value -%}
    {%- set named = entry['name'] if entry is mapping and entry.get('name') is not none else loop.index0 -%}
    {%- set path = field ~ '[' ~ named ~ ']' -%}
    {%- set metric = whence.check_fields(path, entry if entry is mapping else {'name': entry}, {
      'name': {'type': 'text', 'required': true},
      'agg': {'type': 'text', 'one_of': ['sum', 'avg', 'median', 'min', 'max', 'count', 'count_distinct']},
      'expr': {'type': 'text'}, 'numerator': {'type': 'text'}, 'denominator': {'type': 'text'},
    }) -%}
    {%- if metric.name in seen -%}
      {%- do whence.config_error(path ~ '.name', 'is used twice; each metric needs a name of its own') -%}
    {%- endif -%}
    {%- do seen.append(metric.name) -%}
    {%- if metric.numerator is not none or metric.denominator is not none -%}
      {%- if metric.numerator is none or metric.denominator is none -%}
        {%- do whence.config_error(
          path, 'is a ratio and needs both numerator and denominator, each the name of a metric'
        ) -%}
      {%- elif metric.agg is not none or metric.expr is not none -%}
        {%- do whence.config_error(path, 'is a ratio of two metrics: agg and expr do not go with it') -%}
      {%- endif -%}
      {%- do metric.update({'agg': 'ratio'}) -%}
    {%- elif metric.agg is none -%}
      {%- do metric.update({'agg': 'count' if metric.name == 'records' else 'sum'}) -%}
    {%- endif -%}
    {%- if metric.name == 'records' -%}
      {%- if metric.agg != 'count' or metric.expr is not none -%}
        {%- do whence.config_error(path ~ '.name', "'records' is kept for the number of rows; choose another name") -%}
      {%- endif -%}
    {%- else -%}
      {%- do metrics.append(metric) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set additive = metrics | rejectattr('agg', 'in', ['ratio', 'avg', 'median', 'min', 'max'])
    | map(attribute='name') | list + ['records'] -%}
  {%- for metric in metrics | selectattr('agg', 'equalto', 'ratio') -%}
    {%- for part in ['numerator', 'denominator'] -%}
      {%- if metric[part] not in additive -%}
        {%- do whence.not_one_of(
          field ~ '[' ~ metric.name ~ '].' ~ part, metric[part], additive,
          'a metric of this analysis that sums or counts'
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(metrics) }}
{%- endmacro -%}
