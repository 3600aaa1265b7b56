{#-
  The mean information coefficient of a signal in each slice of assets or dates.

  slices: relation or CTE with the columns of int_signal_research__slices.
  Columns: those of signal_slices (docs/signal_research.md).
-#}
{%- macro signal_slices(slices) -%}
select
    study,
    signal,
    horizon,
    slice,
    mean_ic,
    standard_error,
    t_stat,
    df,
    n_obs,
    n_dates
from {{ slices }}
{%- endmacro -%}
