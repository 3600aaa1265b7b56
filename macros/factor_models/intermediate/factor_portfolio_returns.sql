{#-
  The portfolio's return on every date on which any asset has one: the sum of weight times return, null where a held asset
  is missing.

  assets: relation or CTE with the columns of factor_asset_samples.
  returns: of factor_asset_returns.
  Columns: model, date, portfolio_return, n_missing (held assets without a return).
-#}
{%- macro factor_portfolio_returns(assets, returns) -%}
with held as (

    select
        model,
        asset,
        weight
    from {{ assets }}
    where weight <> 0

),

sizes as (

    select
        model,
        count(*) as n_held
    from held
    group by model

),

summed as (

    select
        returns.model,
        returns.date,
        count(case when held.asset is not null then returns.asset_return end) as n_present,
        {{ whence.sum_double('held.weight * returns.asset_return') }} as weighted_sum
    from {{ returns }} as returns
    left join held on returns.model = held.model and returns.asset = held.asset
    group by returns.model, returns.date

)

select
    summed.model,
    summed.date,
    case when summed.n_present = sizes.n_held then summed.weighted_sum end as portfolio_return,
    cast(sizes.n_held - summed.n_present as integer) as n_missing
from summed
inner join sizes on summed.model = sizes.model
{%- endmacro -%}
