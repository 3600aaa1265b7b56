{#-
  The value of every metric in every segment, long, in doubles: the cast that ends exact arithmetic happens here.

  resolved: as resolve_metric_analysis returns it.
  sets: relation or CTE with the columns of metric_sets.
  distributions: relation or CTE with the columns of metric_distributions.
  Columns: analysis, side, dimensions, segment, depth, is_leaf, is_blank, is_folded (a leaf segment that is reported as
  (other), kept for shares of the total), segment_json, records, metric, aggregation, kind (additive, average, ratio,
  distinct, median, extreme), numerator, denominator (of averages and ratios), metric_value, p10 ... p99.
-#}
{%- macro metric_values(resolved, sets, distributions) -%}
  {%- set distribution = {} -%}
  {%- for metric in resolved.metrics -%}
    {%- if metric.kind in ['distinct', 'median'] or metric.has_percentiles -%}
      {%- do distribution.update({metric.name: 'distribution_' ~ loop.index}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set value_of = {} -%}
  {%- for metric in resolved.metrics -%}
    {%- if metric.kind in ['distinct', 'median'] -%}
      {%- do value_of.update({metric.name: distribution[metric.name] ~ '.metric_value'}) -%}
    {%- elif metric.value is not none -%}
      {%- do value_of.update({metric.name: whence.metric_double('segments.' ~ metric.value)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set choices = {'numerator': {}, 'denominator': {}, 'metric_value': {}} -%}
  {%- for column in whence.metric_percentiles().values() -%}
    {%- do choices.update({column: {}}) -%}
  {%- endfor -%}
  {%- for metric in resolved.metrics -%}
    {%- set position = loop.index0 -%}
    {%- if metric.kind in ['average', 'ratio'] -%}
      {%- for part in ['numerator', 'denominator'] -%}
        {%- do choices[part].update({position: value_of[metric[part]] if metric.kind == 'ratio'
          else whence.metric_double('segments.' ~ metric[part])}) -%}
      {%- endfor -%}
    {%- else -%}
      {%- do choices.metric_value.update({position: value_of[metric.name]}) -%}
    {%- endif -%}
    {%- if metric.has_percentiles -%}
      {%- for column in whence.metric_percentiles().values() -%}
        {%- do choices[column].update({position: distribution[metric.name] ~ '.' ~ column}) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set slots = resolved.measures | map(attribute='slot') | list -%}
select
    analysis,
    side,
    dimensions,
    segment,
    depth,
    is_leaf,
    is_blank,
    is_folded,
    segment_json,
    records,
    metric,
    aggregation,
    kind,
    numerator,
    denominator,
    case
        when kind in ('average', 'ratio') then {{ whence.safe_divide('numerator', 'denominator') }}
        else metric_value
    end as metric_value
    {%- for column in whence.metric_percentiles().values() %},
    {{ column }}
    {%- endfor %}
from (
    select
        segments.analysis,
        segments.side,
        segments.dimensions,
        segments.segment,
        segments.depth,
        segments.is_leaf,
        segments.is_blank,
        segments.is_folded,
        segments.segment_json,
        segments.records,
        metrics.metric,
        metrics.aggregation,
        metrics.kind
        {%- for column, positions in choices.items() %},
        {{ whence.metric_case(positions) }} as {{ column }}
        {%- endfor %}
    from (
        select
            analysis,
            side,
            dimensions,
            reported_segment as segment,
            depth,
            is_leaf,
            false as is_folded,
            case when reported_segment = '(other)' then false else max(cast(is_blank as integer)) = 1 end as is_blank,
            case when reported_segment = '(other)' then max(other_json) else max(segment_json) end as segment_json,
            cast(sum(records) as bigint) as records
            {%- for measure in resolved.measures %},
            {{ whence.aggregate_measure(measure, measure.slot, false) }} as {{ measure.slot }}
            {%- endfor %}
        from {{ sets }}
        where analysis_group = {{ whence.text_literal(resolved.name) }}
        group by analysis, side, dimensions, reported_segment, depth, is_leaf
        union all
        select
            analysis,
            side,
            dimensions,
            segment,
            depth,
            is_leaf,
            true as is_folded,
            is_blank,
            segment_json,
            records
            {%- for slot in slots %},
            {{ slot }}
            {%- endfor %}
        from {{ sets }}
        where
            analysis_group = {{ whence.text_literal(resolved.name) }}
            and is_leaf
            and reported_segment <> segment
    ) as segments
    cross join (
        {%- for metric in resolved.metrics %}
        select
            {{ loop.index0 }} as metric_no,
            {{ whence.text_literal(metric.name) }} as metric,
            {{ whence.text_literal(metric.agg) }} as aggregation,
            {{ whence.text_literal(metric.kind) }} as kind
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as metrics
    {%- for name, alias in distribution.items() %}
    left join {{ distributions }} as {{ alias }}
        on
            segments.analysis = {{ alias }}.analysis
            and segments.side = {{ alias }}.side
            and segments.dimensions = {{ alias }}.dimensions
            and segments.segment = {{ alias }}.segment
            and not segments.is_folded
            and {{ alias }}.metric = {{ whence.text_literal(name) }}
    {%- endfor %}
) as long_values
{%- endmacro -%}
