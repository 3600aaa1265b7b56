{#-
  The portfolio's logarithmic return of every date that has a return. A loss of everything is one of 1e-300 of the rest.

  specs: relation or CTE with the columns of factor_spec_rows.
  portfolio: of factor_portfolio_returns.
  Columns: model, date, portfolio_return, log_return.
-#}
{%- macro factor_log_returns(specs, portfolio) -%}
select
    portfolio.model,
    portfolio.date,
    portfolio.portfolio_return,
    case
        when specs.returns = 'log' then portfolio.portfolio_return
        else ln(greatest(1 + portfolio.portfolio_return, 1e-300))
    end as log_return
from {{ portfolio }} as portfolio
inner join {{ specs }} as specs on portfolio.model = specs.model
where portfolio.portfolio_return is not null
{%- endmacro -%}
