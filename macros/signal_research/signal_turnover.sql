{#-
  How fast a signal changes over its horizon, and what is left of its spread after costs.

  quantiles: relation or CTE with the columns of int_signal_research__quantiles.
  Columns: those of signal_turnover (docs/signal_research.md).
-#}
{%- macro signal_turnover(quantiles) -%}
select
    study,
    signal,
    horizon,
    rank_turnover,
    quantile_turnover,
    breakeven_cost_bps,
    net_spread,
    n_dates
from {{ quantiles }}
where item = 'turnover'
{%- endmacro -%}
