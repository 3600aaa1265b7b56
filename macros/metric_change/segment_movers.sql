{#-
  Select of how every segment of a relation moved from one range of dates to another: metric_movers for a model of your
  own, without configuration. docs/metric_change.md has an example with its output.

  relation: the relation, e.g. ref('orders').
  time_column: name of the date or timestamp column.
  baseline, current: pairs of ISO dates, both included.
  dimensions, metrics, where, max_depth, max_segments, min_records, min_support, exclude_blank, numeric_text, text: as in
  segment_summary.
  volume: the metric that counts units for the volume effect, default records.
  unit: column or list of columns that tells independent units apart, for standard errors; default the record.
  Columns: those of metric_movers from dimensions on, without p_value, q_value and their unexpected_ likes, which need
  a Python model. One row per dimensions, segment and metric.
-#}
{%- macro segment_movers(
    relation, time_column, baseline, current, dimensions=none, metrics=none, where=none, max_depth=2,
    max_segments=10000, min_records=1, min_support=0, exclude_blank=false, numeric_text=false, text={}, volume='records',
    unit=none
) -%}
{%- set resolved = whence.inline_metric_analysis('segment_movers', relation, {
    'dimensions': dimensions, 'metrics': metrics, 'where': where, 'max_depth': max_depth, 'max_segments': max_segments,
    'min_records': min_records, 'min_support': min_support, 'exclude_blank': exclude_blank,
    'numeric_text': numeric_text, 'text': text, 'time': time_column, 'current': current, 'compare': {'to': baseline},
    'volume': volume, 'unit': unit,
}) -%}
{%- set columns = whence.metric_change_columns() -%}
{%- for name in ['analysis', 'period_end', 'depth', 'statistic', 'unexpected_statistic', 'distribution', 'df', 'unexpected_df'] -%}
  {%- do columns.pop(name) -%}
{%- endfor -%}
{%- do columns.update({'mover_rank': 'integer'}) -%}
{%- if resolved is none -%}
{{ whence.empty_select(columns) }}
{%- else -%}
{%- set window = {
    'current_start': resolved.current.dates[0], 'current_end': resolved.current.dates[1],
    'baseline_start': resolved.compare.dates[0], 'baseline_end': resolved.compare.dates[1],
} -%}
{%- set sides = whence.metric_sides(resolved, [dict(window, analysis=resolved.name)]) -%}
{{ whence.inline_metric_values(resolved, relation, window) }},

moments as (

    {{ whence.metric_moments(resolved, relation, none, sides, 'sets', 'unit' if resolved.unit else 'record') }}

),

movers as (

    {{ whence.metric_changes('metric_values', 'specs', 'windows', 'moments') }}

)

select
    {{ columns.keys() | join(',\n    ') }}
from movers
{%- endif -%}
{%- endmacro -%}
