{#-
  The mean forward return of each quantile of a signal.

  quantiles: relation or CTE with the columns of int_signal_research__quantiles.
  Columns: those of signal_quantiles (docs/signal_research.md).
-#}
{%- macro signal_quantiles(quantiles) -%}
select
    study,
    signal,
    horizon,
    quantile,
    mean_forward_return,
    standard_error,
    n_obs,
    n_dates
from {{ quantiles }}
where item = 'quantile'
{%- endmacro -%}
