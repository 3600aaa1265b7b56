{#-
  What metric_change tests: of every mover, its change and its unexpected change, each in the family of its analysis,
  metric and dimension set.

  changes: relation or CTE with the columns of metric_changes.
  Columns: family, key, statistic, distribution, df, df_2; see hypothesis_tests of dbt_whence.inference.
-#}
{%- macro metric_test_statistics(changes) -%}
{%- for prefix in ['', 'unexpected_'] %}
select
    {{ whence.metric_test_family(prefix ~ 'change') }} as family,
    segment as key,
    {{ prefix }}statistic as statistic,
    distribution,
    {{ prefix }}df as df,
    cast(null as {{ whence.type_double() }}) as df_2
from {{ changes }}
where {{ prefix }}statistic is not null
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{%- endmacro -%}
