{#-
  Every asset that has prices, with the number that its returns go by: millions of numbers are sorted, joined and kept in
  half the time of two texts.

  prices: relation or CTE with the columns of factor_input_rows for prices.
  Columns: model, asset, asset_number (from 1 over all models), n_rows (of prices), n_unusable (neither a price above zero
  nor a return).
-#}
{%- macro factor_priced_assets(prices) -%}
select
    model,
    asset,
    cast(row_number() over (order by {{ whence.text_order('model') }}, {{ whence.text_order('asset') }}) as integer)
        as asset_number,
    count(*) as n_rows,
    sum(case when price > 0 or asset_return is not null then 0 else 1 end) as n_unusable
from {{ prices }}
group by model, asset
{%- endmacro -%}
