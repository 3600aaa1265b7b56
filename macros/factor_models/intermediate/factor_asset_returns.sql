{#-
  The return of every asset from its previous price to this one; ready returns as they are. A price that is missing or
  not above zero has no return; the next one is then a return over several dates, and marked. Returns smaller than 1e-30
  are zero, those larger than 1e30 null, so that no sum of squares leaves the range of doubles. Ready returns of weekends
  that are dropped are compounded into the next kept date.

  models: list of resolved factor models.
  specs: relation or CTE with the columns of factor_spec_rows.
  prices: of factor_input_rows for prices.
  assets: of factor_priced_assets.
  dates: of factor_dates.
  Columns: asset_number, date, asset_return (simple or log, as the model says), spans_gap (there are dates of the calendar
  between the two prices), is_repeated (a second row of the same asset and date; a mistake in the data).
-#}
{%- macro factor_asset_returns(models, specs, prices, assets, dates) -%}
{#- Prices hold their weekends already: where no model has ready returns, nothing is looked up for them. -#}
{%- set has_returns = models | selectattr('inputs.prices.columns.return', 'defined') | list | length > 0 -%}
with valued as (

    select
        assets.asset_number,
        prices.date,
        prices.price,
        prices.asset_return,
        dates.date_position,
        dates.in_window
    from {{ prices }} as prices
    inner join {{ dates }} as dates on prices.model = dates.model and prices.date = dates.date
    inner join {{ assets }} as assets on prices.model = assets.model and prices.asset = assets.asset
    where dates.is_kept and (prices.price > 0 or prices.asset_return is not null)

),

ordered as (

    select
        *,
        lag(price) over (partition by asset_number order by date_position) as previous_price,
        lag(date_position) over (partition by asset_number order by date_position) as previous_position
    from valued

),

ratios as (

    select
        *,
        {{ whence.safe_divide('price', 'previous_price') }} as price_ratio
    from ordered
    where in_window or previous_position = date_position

),

{% if has_returns -%}
-- ready returns of a weekend: the next price would hold them
weekends as (

    select
        assets.asset_number,
        dates.kept_date as date,
        sum(
            case
                when specs.returns = 'log' then prices.asset_return
                else ln(greatest(1 + prices.asset_return, 1e-300))
            end
        ) as log_growth
    from {{ prices }} as prices
    inner join {{ dates }} as dates on prices.model = dates.model and prices.date = dates.date
    inner join {{ assets }} as assets on prices.model = assets.model and prices.asset = assets.asset
    inner join {{ specs }} as specs on prices.model = specs.model
    where not dates.is_kept and dates.kept_date is not null and abs(prices.asset_return) <= 1e30
    group by assets.asset_number, dates.kept_date

),
{%- endif %}

changes as (

    select
        ratios.asset_number,
        ratios.date,
        case
            {%- if has_returns %}
            when weekends.log_growth is not null and ratios.asset_return is not null
                then case
                    when specs.returns = 'log' then ratios.asset_return + weekends.log_growth
                    else (1 + ratios.asset_return) * exp(greatest(-690, least(weekends.log_growth, 69))) - 1
                end
            {%- endif %}
            when ratios.asset_return is not null then ratios.asset_return
            when specs.returns = 'log' then ln(nullif(ratios.price_ratio, 0))
            else ratios.price_ratio - 1
        end as asset_return,
        ratios.asset_return is not null or ratios.previous_price is not null as has_previous,
        ratios.price is not null and ratios.date_position - ratios.previous_position > 1 as spans_gap,
        coalesce(ratios.date_position = ratios.previous_position, false) as is_repeated
    from ratios
    inner join {{ assets }} as assets on ratios.asset_number = assets.asset_number
    inner join {{ specs }} as specs on assets.model = specs.model
    {%- if has_returns %}
    left join weekends on ratios.asset_number = weekends.asset_number and ratios.date = weekends.date
    {%- endif %}

)

select
    asset_number,
    date,
    case
        when abs(asset_return) < 1e-30 then 0
        when abs(asset_return) <= 1e30 then asset_return
    end as asset_return,
    coalesce(spans_gap, false) as spans_gap,
    is_repeated
from changes
where has_previous or is_repeated
{%- endmacro -%}
