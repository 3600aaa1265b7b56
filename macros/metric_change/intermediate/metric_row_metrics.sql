{#-
  The metrics of an analysis as metric_row_changes needs them: what each is made of.

  resolved: as resolve_metric_analysis returns it.
  Returns a list of {'name', 'kind', 'sql', 'column' (of a distinct count or median), 'row_kind' (additive: a sum or
  count; rate: an average, or a ratio of sums and counts; single: all else), 'is_exact' (1 for a sum without rounding),
  'parts': dict of metric_value, or numerator and denominator, to a slot of the measures, records, or a column}.
-#}
{%- macro metric_row_metrics(resolved) -%}
  {%- set scales = {'records': 0} -%}
  {%- for measure in resolved.measures -%}
    {%- do scales.update({measure.slot: measure.scale}) -%}
  {%- endfor -%}
  {%- set metrics = {} -%}
  {%- for metric in resolved.metrics -%}
    {%- do metrics.update({metric.name: {
      'name': metric.name, 'kind': metric.kind, 'sql': metric.sql, 'column': 'metric_' ~ loop.index, 'row_kind': 'single',
      'is_exact': 0, 'parts': {'metric_value': metric.value or 'metric_' ~ loop.index},
    }}) -%}
  {%- endfor -%}
  {%- for metric in resolved.metrics -%}
    {%- set entry = metrics[metric.name] -%}
    {%- if metric.kind == 'additive' -%}
      {%- do entry.update({'row_kind': 'additive', 'is_exact': 1 if scales[metric.value] is not none else 0}) -%}
    {%- elif metric.kind == 'average' -%}
      {%- do entry.update({
        'row_kind': 'rate', 'parts': {'numerator': metric.numerator, 'denominator': metric.denominator},
      }) -%}
    {%- elif metric.kind == 'ratio' -%}
      {%- set parts = {} -%}
      {%- for part in ['numerator', 'denominator'] -%}
        {%- do parts.update({part: metrics[metric[part]].parts.metric_value}) -%}
      {%- endfor -%}
      {%- set kinds = [metrics[metric.numerator].kind, metrics[metric.denominator].kind] -%}
      {%- do entry.update({'parts': parts, 'row_kind': 'rate' if kinds == ['additive', 'additive'] else 'single'}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(metrics.values() | list) }}
{%- endmacro -%}
