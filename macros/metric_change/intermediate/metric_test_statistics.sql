{#-
  What metric_change tests: of every mover its change and its unexpected change, each in the family of its analysis,
  metric and dimension set; and the unexpected change of every segment within a node of the drill-down.

  changes: relation or CTE with the columns of metric_changes.
  branch_changes: the same of the nodes of the drill-down.
  Columns: family, key, statistic, distribution, df, df_2; see hypothesis_tests of dbt_whence.inference.
-#}
{%- macro metric_test_statistics(changes, branch_changes) -%}
{%- for rows, table, prefix in [
    (changes, 'metric_movers', ''), (changes, 'metric_movers', 'unexpected_'),
    (branch_changes, 'metric_drilldown', 'unexpected_'),
] %}
select
    {{ whence.metric_test_family(table, prefix ~ 'change', 'changes') }} as family,
    changes.segment as key,
    changes.{{ prefix }}statistic as statistic,
    changes.distribution,
    changes.{{ prefix }}df as df,
    cast(null as {{ whence.type_double() }}) as df_2
from {{ rows }} as changes
where changes.{{ prefix }}statistic is not null
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{%- endmacro -%}
