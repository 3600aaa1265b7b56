{#-
  Monthly returns of every active ticker: of its total-return price, else as given, else of its close.

  specs: relation or CTE with the columns of proxy_spec_rows.
  universe: of proxy_universe.
  months: of proxy_months.
  month_prices: of proxy_month_prices.
  Columns: series, month_end, month_number, monthly_return, price_basis (total_return or close). The price of a month without
  one is that of up to fill_months months before; otherwise there is no return to it nor from it. Returns beyond 1e30 count
  as missing.
-#}
{%- macro proxy_etf_returns(specs, universe, months, month_prices) -%}
with known as (

    select
        universe.ticker,
        months.month_end,
        months.month_number,
        months.in_window,
        month_prices.given_return,
        max(case when month_prices.price is not null then months.month_number end) over so_far as price_month,
        max(case when month_prices.close is not null then months.month_number end) over so_far as close_month
    from {{ universe }} as universe
    cross join {{ months }} as months
    left join {{ month_prices }} as month_prices
        on universe.ticker = month_prices.ticker and months.month_number = month_prices.month_number
    where
        universe.is_active
        and universe.ticker in (select ticker from {{ month_prices }})
    window so_far as (
        partition by universe.ticker order by months.month_number
        rows between unbounded preceding and current row
    )

),

filled as (

    select
        known.ticker,
        known.month_end,
        known.month_number,
        known.in_window,
        known.given_return,
        total.price,
        plain.close
    from known
    cross join {{ specs }} as specs
    left join {{ month_prices }} as total
        on
            known.ticker = total.ticker
            and known.price_month = total.month_number
            and known.month_number - known.price_month <= specs.fill_months
    left join {{ month_prices }} as plain
        on
            known.ticker = plain.ticker
            and known.close_month = plain.month_number
            and known.month_number - known.close_month <= specs.fill_months

),

changes as (

    select
        later.ticker,
        later.month_end,
        later.month_number,
        {{ whence.safe_divide('later.price', 'earlier.price') }} - 1 as of_price,
        later.given_return,
        {{ whence.safe_divide('later.close', 'earlier.close') }} - 1 as of_close
    from filled as later
    left join filled as earlier
        on later.ticker = earlier.ticker and later.month_number = earlier.month_number + 1
    where later.in_window

)

select
    ticker as series,
    month_end,
    month_number,
    -- squares of less would underflow
    case when abs(found) < 1e-30 then 0 else found end as monthly_return,
    price_basis
from (
    select
        *,
        coalesce(of_price, given_return, of_close) as found,
        case when coalesce(of_price, given_return) is null then 'close' else 'total_return' end as price_basis
    from changes
) as given
where abs(found) <= 1e30
{%- endmacro -%}
