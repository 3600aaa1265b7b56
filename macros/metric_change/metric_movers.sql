{#-
  How every segment moved from baseline to current: volume, mix and rate, what was not to be expected, and how sure
  that is.

  changes: relation or CTE with the columns of metric_changes.
  tests: relation or CTE with family, key, p_value and bhy_q of the families of metric_test_family.
  Columns: those of metric_movers (docs/metric_change.md).
-#}
{%- macro metric_movers(changes, tests) -%}
select
    changes.analysis,
    changes.period_end,
    changes.dimensions,
    changes.segment,
    changes.metric,
    changes.status,
    changes.baseline_records,
    changes.current_records,
    changes.baseline_value,
    changes.current_value,
    changes.change,
    changes.change_pct,
    changes.share_of_change,
    changes.record_share_change,
    changes.volume_effect,
    changes.mix_effect,
    changes.rate_effect,
    changes.effect_note,
    changes.unexpected_change,
    changes.unexpected_share,
    changes.standard_error,
    raw_tests.p_value,
    raw_tests.bhy_q as q_value,
    unexpected_tests.p_value as unexpected_p_value,
    unexpected_tests.bhy_q as unexpected_q_value,
    changes.mover_rank
from {{ changes }} as changes
{%- for name, tested in [('raw_tests', 'change'), ('unexpected_tests', 'unexpected_change')] %}
left join {{ tests }} as {{ name }}
    on changes.segment = {{ name }}.key and {{ whence.metric_test_family('metric_movers', tested, 'changes') }} = {{ name }}.family
{%- endfor %}
{%- endmacro -%}
