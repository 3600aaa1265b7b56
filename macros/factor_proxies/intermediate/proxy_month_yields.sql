{#-
  The last yield of every maturity in every month, and its change since the month before.

  yields: relation or CTE with the columns of stg_factor_proxies__yields.
  Columns: maturity, month_end, month_number, yield and yield_change (decimals; the latter null where the month before has
  no yield).
-#}
{%- macro proxy_month_yields(yields) -%}
with dated as (

    select
        maturity,
        date,
        yield,
        {{ whence.month_end('date') }} as month_end,
        max(date) over (partition by maturity, {{ whence.month_end('date') }}) as last_date
    from {{ yields }}
    where date is not null and yield is not null

),

month_ends as (

    select
        maturity,
        month_end,
        {{ whence.month_number('month_end') }} as month_number,
        max(yield) as yield
    from dated
    where date = last_date
    group by maturity, month_end

)

select
    later.maturity,
    later.month_end,
    later.month_number,
    later.yield,
    later.yield - earlier.yield as yield_change
from month_ends as later
left join month_ends as earlier
    on later.maturity = earlier.maturity and later.month_number = earlier.month_number + 1
{%- endmacro -%}
