{#-
  The last price of every ticker in every month, or its return over the month.

  months: relation or CTE with the columns of proxy_months.
  prices: of the role prices (stg_factor_proxies__prices).
  Columns: ticker, month_end, month_number, price and close (of the last date of the month on which the ticker has them, above
  zero), given_return (returns of the month compounded).
-#}
{%- macro proxy_month_prices(months, prices) -%}
{%- set given = 'prices.' ~ whence.quote_identifier('return') -%}
{%- set double = whence.type_double() -%}
with dated as (

    select
        prices.ticker,
        prices.date,
        months.month_end,
        months.month_number,
        case when prices.price > 0 then prices.price end as price,
        case when prices.close > 0 then prices.close end as close,
        case when {{ given }} >= -1 then {{ given }} end as given_return
    from {{ prices }} as prices
    inner join {{ months }} as months on {{ whence.month_end('prices.date') }} = months.month_end
    where prices.ticker is not null

),

placed as (

    select
        *,
        max(case when price is not null then date end) over (partition by ticker, month_end) as price_date,
        max(case when close is not null then date end) over (partition by ticker, month_end) as close_date
    from dated

)

select
    ticker,
    month_end,
    month_number,
    max(case when date = price_date then price end) as price,
    max(case when date = close_date then close end) as close,
    case
        when count(given_return) = 0 then null
        when min(given_return) <= -1 then cast(-1 as {{ double }})
        when count(given_return) = 1 then max(given_return)
        else exp(least(greatest(sum(case when given_return > -1 then ln(1 + given_return) end), -700), 700)) - 1
    end as given_return
from placed
group by ticker, month_end, month_number
{%- endmacro -%}
