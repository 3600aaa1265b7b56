{#- The columns of metric_changes but for mover_rank, with their types. -#}
{%- macro metric_change_columns() -%}
  {%- set text, double = whence.type_text(), whence.type_double() -%}
  {{ return({
    'analysis': text, 'period_end': 'date', 'dimensions': text, 'segment': text, 'metric': text, 'depth': 'integer',
    'status': text, 'baseline_records': 'bigint', 'current_records': 'bigint', 'baseline_value': double,
    'current_value': double, 'change': double, 'change_pct': double, 'share_of_change': double,
    'record_share_change': double, 'volume_effect': double, 'mix_effect': double, 'rate_effect': double,
    'effect_note': text, 'unexpected_change': double, 'unexpected_share': double, 'standard_error': double,
    'statistic': double, 'unexpected_statistic': double, 'distribution': text, 'df': double, 'unexpected_df': double,
  }) }}
{%- endmacro -%}
