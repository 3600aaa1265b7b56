{#-
  The columns that an alert can compare with a threshold, by the table that holds them. No name is in two tables.

  Returns a dict of table to a list of columns.
-#}
{%- macro metric_alert_measures() -%}
  {{ return({
    'metric_totals': [
      'records', 'value', 'segments', 'top5_record_share', 'top5_value_share', 'blank_record_share', 'herfindahl',
    ],
    'metric_movers': [
      'baseline_records', 'current_records', 'baseline_value', 'current_value', 'change', 'change_pct',
      'share_of_change', 'record_share_change', 'volume_effect', 'mix_effect', 'rate_effect', 'unexpected_change',
      'unexpected_share', 'standard_error', 'p_value', 'q_value', 'unexpected_p_value', 'unexpected_q_value',
      'mover_rank',
    ],
    'metric_closure': ['explained', 'residual', 'explained_share', 'explained_share_error', 'residual_pct'],
    'metric_drivers': ['contribution', 'contribution_pct', 'driver_rank'],
    'metric_residual_segments': ['residual_change', 'mean_residual', 'share_of_residual', 'residual_rank'],
  }) }}
{%- endmacro -%}
