{#-
  What the standard errors of each metric are made from. Updates the metrics of a resolved analysis in place: errors is
  none where there is no error (medians, extremes, distinct counts), else {'n', 'd', 'nn', 'nd', 'dd'}: the slots that
  hold the numerator n and the denominator d (d is none for sums and counts), and those of their second moments over
  records. The latter are none, and not measured, where the analysis has a unit: moments then run over units.

  A ratio over the number of units themselves has n or d = 'units'.

  resolved: of the analysis, metrics and unit resolved.
-#}
{%- macro resolve_metric_errors(resolved) -%}
  {%- set parts = {} -%}
  {%- for metric in resolved.metrics -%}
    {%- if metric.kind == 'additive' -%}
      {%- set op = 'records' if metric.value == 'records' else metric.agg -%}
      {%- do parts.update({metric.name: {'slot': metric.value, 'op': op, 'sql': metric.sql}}) -%}
    {%- elif metric.kind == 'distinct' and resolved.unit | length == 1
          and metric.sql == whence.quote_identifier(resolved.unit[0]) -%}
      {%- do parts.update({metric.name: {'slot': 'units', 'op': 'units', 'sql': none}}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for metric in resolved.metrics -%}
    {%- set n, d = none, none -%}
    {%- if metric.kind == 'additive' -%}
      {%- set n = parts[metric.name] -%}
    {%- elif metric.kind == 'average' -%}
      {%- set n = {'slot': metric.numerator, 'op': 'sum', 'sql': metric.sql} -%}
      {%- set d = {'slot': metric.denominator, 'op': 'count', 'sql': metric.sql} -%}
    {%- elif metric.kind == 'ratio' and parts.get(metric.numerator) and parts.get(metric.denominator) -%}
      {%- set n = parts[metric.numerator] -%}
      {%- set d = parts[metric.denominator] -%}
    {%- endif -%}
    {%- if n is none -%}
      {%- do metric.update({'errors': none}) -%}
    {%- else -%}
      {%- set over_records = resolved.unit | length == 0 -%}
      {%- do metric.update({'errors': {
        'n': n.slot,
        'd': d.slot if d is not none else none,
        'nn': whence.metric_product(resolved, n, n) if over_records else none,
        'nd': whence.metric_product(resolved, n, d) if over_records and d is not none else none,
        'dd': whence.metric_product(resolved, d, d) if over_records and d is not none else none,
      }}) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
