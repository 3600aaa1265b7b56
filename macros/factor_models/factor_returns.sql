{#-
  Returns of statistical factors (in units of their scores: the variance is the eigenvalue) and of known factors, after
  weekends were brought to the dates of the assets.

  components: relation or CTE with the columns of int_factor_models__principal_components.
  values: of factor_known_values.
  dates: of factor_dates.
  betas: of int_factor_models__betas.
  Columns: those of factor_returns (docs/factor_models.md), and factor_position, is_in_model (false for known factors that
  the portfolio's regression leaves out).
-#}
{%- macro factor_returns(components, values, dates, betas) -%}
select
    model,
    'pca' as method,
    date,
    factor,
    factor_return,
    factor_rank as factor_position,
    true as is_in_model
from {{ components }}
where item = 'factor_return'
union all
select
    known.model,
    'regression' as method,
    known.date,
    known.factor,
    known.value as factor_return,
    known.factor_position,
    coalesce(betas.status = 'ok', false) as is_in_model
from {{ values }} as known
inner join {{ dates }} as dates on known.model = dates.model and known.date = dates.date
left join {{ betas }} as betas
    on
        known.model = betas.model
        and known.factor = betas.factor
        and betas.asset = 'PORTFOLIO'
where known.factor_position > 0 and known.value is not null and dates.in_window
{%- endmacro -%}
