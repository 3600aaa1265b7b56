{#-
  Select of every segment of a relation with its value, its share and its rank: metric_segments for a model of your
  own, without sides or configuration. docs/metric_change.md has an example with its output.

  relation: the relation, e.g. ref('orders').
  dimensions: list of column names or {name, expr}; none: inferred.
  metrics: list as in whence_metric_analyses; none: inferred; []: records only.
  where, max_depth, max_segments, min_records, min_support, percentiles, rank_by, exclude_blank, numeric_text, text:
  as the fields of that name.
  Columns: dimensions, segment, metric, depth, is_leaf, is_blank, aggregation, records, record_share, value,
  value_share, p10 ... p99, segment_rank, segment_json. One row per dimensions, segment and metric.
-#}
{%- macro segment_summary(
    relation, dimensions=none, metrics=none, where=none, max_depth=2, max_segments=10000, min_records=1, min_support=0,
    percentiles=[], rank_by='records', exclude_blank=false, numeric_text=false, text={}
) -%}
{%- set resolved = whence.inline_metric_analysis('segment_summary', relation, {
    'dimensions': dimensions, 'metrics': metrics, 'where': where, 'max_depth': max_depth, 'max_segments': max_segments,
    'min_records': min_records, 'min_support': min_support, 'percentiles': percentiles, 'rank_by': rank_by,
    'exclude_blank': exclude_blank, 'numeric_text': numeric_text, 'text': text, 'compare': {'to': 'none'},
}) -%}
{%- set columns = {
    'dimensions': whence.type_text(), 'segment': whence.type_text(), 'metric': whence.type_text(), 'depth': 'integer',
    'is_leaf': 'boolean', 'is_blank': 'boolean', 'aggregation': whence.type_text(), 'records': 'bigint',
    'record_share': whence.type_double(), 'value': whence.type_double(), 'value_share': whence.type_double(),
} -%}
{%- for column in whence.metric_percentiles().values() -%}
    {%- do columns.update({column: whence.type_double()}) -%}
{%- endfor -%}
{%- do columns.update({'segment_rank': 'integer', 'segment_json': whence.type_text()}) -%}
{%- if resolved is none -%}
{{ whence.empty_select(columns) }}
{%- else -%}
{{ whence.inline_metric_values(resolved, relation, {
    'current_start': none, 'current_end': none, 'baseline_start': none, 'baseline_end': none,
}) }},

segments as (

    {{ whence.metric_segments('metric_values', 'specs', 'windows') }}

)

select
    {{ columns.keys() | join(',\n    ') }}
from segments
{%- endif -%}
{%- endmacro -%}
