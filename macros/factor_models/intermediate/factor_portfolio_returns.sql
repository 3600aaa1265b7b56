{#-
  The portfolio's return on every date on which any asset has one: the sum of weight times return, null where a held asset
  is missing.

  assets: relation or CTE with the columns of factor_asset_samples.
  returns: of factor_asset_returns.
  Columns: model, date, portfolio_return, n_missing (held assets without a return).
-#}
{%- macro factor_portfolio_returns(assets, returns) -%}
with sizes as (

    select
        model,
        count(*) as n_held
    from {{ assets }}
    where weight <> 0
    group by model

),

summed as (

    select
        assets.model,
        returns.date,
        count(case when assets.weight <> 0 then returns.asset_return end) as n_present,
        {{ whence.sum_double('case when assets.weight <> 0 then assets.weight * returns.asset_return end') }}
            as weighted_sum
    from {{ returns }} as returns
    inner join {{ assets }} as assets on returns.asset_number = assets.asset_number
    group by assets.model, returns.date

)

select
    summed.model,
    summed.date,
    case when summed.n_present = sizes.n_held then summed.weighted_sum end as portfolio_return,
    cast(sizes.n_held - summed.n_present as integer) as n_missing
from summed
inner join sizes on summed.model = sizes.model
{%- endmacro -%}
