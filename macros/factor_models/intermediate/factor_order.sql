{#-
  The factors that are in a model, numbered: PC1 or the first known factor is 1.

  factor_returns: relation or CTE with the columns of the macro factor_returns.
  Columns: model, method, factor, factor_number.
-#}
{%- macro factor_order(factor_returns) -%}
select
    model,
    method,
    factor,
    row_number() over (partition by model, method order by factor_position) as factor_number
from {{ factor_returns }}
where is_in_model
group by model, method, factor, factor_position
{%- endmacro -%}
