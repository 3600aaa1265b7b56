{#-
  Select of how every segment of a relation moved from one range of dates to another: metric_movers for a model of your
  own, without configuration. docs/metric_change.md has an example with its output.

  relation: the relation, e.g. ref('orders').
  time_column: name of the date or timestamp column.
  baseline, current: pairs of ISO dates, both included.
  dimensions, metrics, where, max_depth, max_segments, min_records, min_support, exclude_blank, numeric_text, text: as in
  segment_summary.
  Columns: dimensions, segment, metric, status, baseline_records, current_records, baseline_value, current_value,
  change, change_pct, share_of_change, record_share_change, unexpected_change, mover_rank. One row per dimensions,
  segment and metric.
-#}
{%- macro segment_movers(
    relation, time_column, baseline, current, dimensions=none, metrics=none, where=none, max_depth=2,
    max_segments=10000, min_records=1, min_support=0, exclude_blank=false, numeric_text=false, text={}
) -%}
{%- set resolved = whence.inline_metric_analysis('segment_movers', relation, {
    'dimensions': dimensions, 'metrics': metrics, 'where': where, 'max_depth': max_depth, 'max_segments': max_segments,
    'min_records': min_records, 'min_support': min_support, 'exclude_blank': exclude_blank,
    'numeric_text': numeric_text, 'text': text, 'time': time_column, 'current': current, 'compare': {'to': baseline},
}) -%}
{%- set columns = {
    'dimensions': whence.type_text(), 'segment': whence.type_text(), 'metric': whence.type_text(),
    'status': whence.type_text(), 'baseline_records': 'bigint', 'current_records': 'bigint',
    'baseline_value': whence.type_double(), 'current_value': whence.type_double(), 'change': whence.type_double(),
    'change_pct': whence.type_double(), 'share_of_change': whence.type_double(),
    'record_share_change': whence.type_double(), 'unexpected_change': whence.type_double(), 'mover_rank': 'integer',
} -%}
{%- if resolved is none -%}
{{ whence.empty_select(columns) }}
{%- else -%}
{{ whence.inline_metric_values(resolved, relation, {
    'current_start': resolved.current.dates[0], 'current_end': resolved.current.dates[1],
    'baseline_start': resolved.compare.dates[0], 'baseline_end': resolved.compare.dates[1],
}) }},

movers as (

    {{ whence.metric_movers('metric_values', 'windows') }}

)

select
    {{ columns.keys() | join(',\n    ') }}
from movers
{%- endif -%}
{%- endmacro -%}
