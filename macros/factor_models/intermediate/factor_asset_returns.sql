{#-
  The return of every asset from its previous price to this one; ready returns as they are. A price that is missing or
  not above zero has no return; the next one is then a return over several dates, and marked. Returns smaller than 1e-30
  are zero, those larger than 1e30 missing, so that no sum of squares leaves the range of doubles.

  specs: relation or CTE with the columns of factor_spec_rows.
  prices: of factor_input_rows for prices.
  dates: of factor_dates.
  Columns: model, asset, date, asset_return (simple or log, as the model says), spans_gap (there are dates of the calendar
  between the two prices), is_repeated (a second row of the same asset and date; a mistake in the data).
-#}
{%- macro factor_asset_returns(specs, prices, dates) -%}
with valued as (

    select
        prices.model,
        prices.asset,
        prices.date,
        prices.price,
        prices.asset_return,
        dates.date_position,
        dates.in_window
    from {{ prices }} as prices
    inner join {{ dates }} as dates on prices.model = dates.model and prices.date = dates.date
    where dates.is_kept and (prices.price > 0 or prices.asset_return is not null)

),

ordered as (

    select
        *,
        lag(price) over (partition by model, asset order by date_position) as previous_price,
        lag(date_position) over (partition by model, asset order by date_position) as previous_position
    from valued

),

ratios as (

    select
        *,
        {{ whence.safe_divide('price', 'previous_price') }} as price_ratio
    from ordered
    where in_window or previous_position = date_position

),

changes as (

    select
        ratios.model,
        ratios.asset,
        ratios.date,
        case
            when ratios.asset_return is not null then ratios.asset_return
            when specs.returns = 'log' then ln(nullif(ratios.price_ratio, 0))
            else ratios.price_ratio - 1
        end as asset_return,
        ratios.price is not null and ratios.date_position - ratios.previous_position > 1 as spans_gap,
        coalesce(ratios.date_position = ratios.previous_position, false) as is_repeated
    from ratios
    inner join {{ specs }} as specs on ratios.model = specs.model

)

select
    model,
    asset,
    date,
    case when abs(asset_return) < 1e-30 then 0 else asset_return end as asset_return,
    coalesce(spans_gap, false) as spans_gap,
    is_repeated
from changes
where abs(asset_return) <= 1e30 or is_repeated
{%- endmacro -%}
