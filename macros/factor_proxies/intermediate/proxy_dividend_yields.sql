{#-
  The dividend yield of every ticker over the last 12 months of the panel: distributions over the last close, else the total
  return less the return of the close. Of commodities and crypto assets there is none.

  months: relation or CTE with the columns of proxy_months.
  universe: of proxy_universe.
  month_prices: of proxy_month_prices.
  distributions: of the role distributions; without rows where there are none.
  Columns: series, dividend_yield (decimals a year).
-#}
{%- macro proxy_dividend_yields(months, universe, month_prices, distributions) -%}
with panel as (

    select max(month_number) as last_number
    from {{ months }}

),

priced as (

    select
        month_prices.ticker,
        month_prices.month_number - panel.last_number as age,
        month_prices.close,
        month_prices.price
    from {{ month_prices }} as month_prices
    inner join {{ universe }} as universe on month_prices.ticker = universe.ticker
    cross join panel
    where
        universe.asset_class not in ('commodity', 'crypto')
        and month_prices.month_number - panel.last_number in (0, -12)

),

ends as (

    select
        ticker,
        max(case when age = 0 then coalesce(close, price) end) as last_price,
        {%- for name, price in [('close_return', 'close'), ('total_return', 'price')] %}
        {{ whence.safe_divide(
            'max(case when age = 0 then ' ~ price ~ ' end)', 'max(case when age = -12 then ' ~ price ~ ' end)'
        ) }} - 1 as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from priced
    group by ticker

),

paid as (

    select
        distributions.ticker,
        sum(distributions.amount) as amount
    from {{ distributions }} as distributions
    cross join panel
    where
        {{ whence.month_number('distributions.date') }} > panel.last_number - 12
        and {{ whence.month_number('distributions.date') }} <= panel.last_number
    group by distributions.ticker

)

select
    ends.ticker as series,
    coalesce(
        {{ whence.safe_divide('paid.amount', 'ends.last_price') }}, ends.total_return - ends.close_return
    ) as dividend_yield
from ends
left join paid on ends.ticker = paid.ticker
{%- endmacro -%}
