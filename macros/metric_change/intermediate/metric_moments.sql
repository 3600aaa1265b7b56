{#-
  Second moments of every metric in every segment, over the observations that are independent: what variances are made
  from. Of an observation, n is its part of the numerator (of a sum or count: its value) and d its part of the
  denominator within the segment; N and D the same within the whole analysis.

  The moments are sums of products over records or units; over days they are about the mean and times
  T / (T - 1), for T days, so that they are the variance of a total over T days. A day without rows in a segment counts
  as zero.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  sides: as metric_sides returns it.
  sets: relation or CTE with the columns of metric_sets.
  rule: record, unit or day; see metric_variance_rules.
  has_other: false where it is known that no segment is reported as (other).
  Columns: analysis, side, dimensions ('' for the total), segment, metric, n_days (null but for days), nn, nd, dd, n_N,
  n_D, d_N, d_D as nn_total, nd_total, dn_total, dd_total. Only metrics with errors; moments of d are null without d.
-#}
{%- macro metric_moments(resolved, relation, baseline, sides, sets, rule, has_other=true) -%}
  {#- Only units can be counted by themselves. -#}
  {%- set metrics = resolved.metrics | rejectattr('errors', 'none') | list if rule == 'unit'
    else whence.metric_drill_metrics(resolved) -%}
  {%- set moments = ['nn', 'nd', 'dd', 'nn_total', 'nd_total', 'dn_total', 'dd_total'] -%}
select
    analysis,
    side,
    dimensions,
    segment,
    metric,
    n_days
    {%- for moment in moments %},
    {{ moment }}
    {%- endfor %}
from (
    select
        segments.analysis,
        segments.side,
        segments.dimensions,
        segments.segment,
        metrics.metric,
        segments.n_days
        {%- for moment in moments %}
        {%- set choices = {} %}
        {%- for metric in metrics %}
          {%- set sql = whence.metric_moment(metric.errors, moment, rule) %}
          {%- if sql is not none %}
            {%- do choices.update({loop.index0: sql}) %}
          {%- endif %}
        {%- endfor %},
        {{ whence.metric_case(choices) }} as {{ moment }}
        {%- endfor %}
    from (
        {% if rule == 'record' -%}
        {{ whence.metric_record_products(metrics, sets, resolved.name) }}
        {%- else -%}
        {{ whence.metric_unit_products(resolved, metrics, relation, baseline, sides, sets, rule, has_other) }}
        {%- endif %}
    ) as segments
    cross join (
        {%- for metric in metrics %}
        select {{ loop.index0 }} as metric_no, {{ whence.text_literal(metric.name) }} as metric
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as metrics
) as metric_moments
{%- endmacro -%}
