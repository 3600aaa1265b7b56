{#-
  The identities of metrics, those of drivers below them, for every window of an analysis.

  identities: relation or CTE with the columns of metric_identities_ranked.
  windows: relation or CTE with the columns of metric_windows.
  Columns: those of metric_identities (docs/metric_change.md).
-#}
{%- macro metric_identities(identities, windows) -%}
select
    windows.analysis,
    windows.period_end,
    identities.metric,
    identities.identity,
    identities.form,
    identities.terms_label as terms,
    cast(identities.n_rows as bigint) as n_rows,
    identities.mape,
    identities.r_squared,
    identities.identity_rank,
    identities.is_selected,
    identities.parent_metric
from {{ identities }} as identities
inner join {{ windows }} as windows on identities.analysis = windows.analysis_group
{%- endmacro -%}
