{#-
  Prints what an analysis resolves to.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
-#}
{%- macro print_metric_analysis(resolved, relation, baseline) -%}
  {%- set metrics = [] -%}
  {%- for metric in resolved.metrics -%}
    {%- do metrics.append(
      metric.name ~ ' (' ~ (metric.numerator ~ ' / ' ~ metric.denominator if metric.agg == 'ratio' else metric.agg) ~ ')'
    ) -%}
  {%- endfor -%}
  {%- set window = whence.metric_window_preview(resolved, relation, baseline) -%}
  {%- set compare = resolved.compare -%}
  {%- set sides = 'current: all rows' -%}
  {%- if compare.to == 'column' -%}
    {%- set sides = 'current: ' ~ compare.column ~ ' = ' ~ compare.current ~ ', baseline: ' ~ compare.column ~ ' = '
      ~ compare.baseline -%}
  {%- elif compare.to == 'relation' -%}
    {%- set sides = 'current: ' ~ resolved.label ~ ', baseline: ' ~ compare.relation.label
      ~ (', rows matched by ' ~ resolved.key | join(', ') if resolved.key else '') -%}
  {%- elif window.current_start is not none -%}
    {%- set sides = 'current: ' ~ window.current_start ~ ' to ' ~ window.current_end ~ (
      ', baseline: ' ~ window.baseline_start ~ ' to ' ~ window.baseline_end if window.baseline_start is not none else ''
    ) ~ ' (' ~ window.grain ~ ' of ' ~ resolved.time.column ~ ')' -%}
  {%- endif -%}
  {%- do print(
    resolved.name ~ ': ' ~ resolved.label
    ~ '\n  dimensions: ' ~ (resolved.dimensions | map(attribute='name') | join(', ') or 'none')
    ~ '\n  metrics: ' ~ metrics | join(', ')
    ~ '\n  ' ~ sides
  ) -%}
{%- endmacro -%}
