{#-
  From where on something is worth a sentence; docs/metric_change.md states them.

  max_q: q-values above are noise.
  min_share_of_change: a mover's part of the total change.
  min_lost_share: share of the baseline's records that a lost segment held.
  min_segment_share, min_top5_share: of the ranking metric in one segment of a dimension, in the five largest leaves.
  min_leaves: leaf segments from which on the share of five says something.
  min_null_share: of the rows of a dimension's column.
-#}
{%- macro metric_insight_limits() -%}
  {{ return({
    'max_q': 0.05, 'min_share_of_change': 0.1, 'min_lost_share': 0.05, 'min_segment_share': 0.5, 'min_top5_share': 0.8,
    'min_leaves': 20, 'min_null_share': 0.05,
  }) }}
{%- endmacro -%}
