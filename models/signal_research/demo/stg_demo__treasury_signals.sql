{#- 0.4 percentage points; yields have two decimals, which doubles do not hold exactly -#}
{%- set large_change = 0.395 -%}

with prices as (

    select * from {{ ref('demo_month_end_prices') }}

),

yields as (

    select * from {{ ref('stg_demo__month_end_yields') }}

),

bonds as (

    select
        month_end,
        asset,
        price,
        lead(month_end) over (partition by asset order by month_end) as next_month_end
    from prices
    where asset in ('treasury_2y', 'treasury_5y', 'treasury_10y', 'treasury_30y')

),

bills as (

    select
        month_end,
        price
    from prices
    where asset = 'bills_3m'

),

final as (

    select
        bonds.month_end,
        bonds.asset,
        -- what is left after financing by bills
        bonds.price / bills.price as price,
        -- percentage points
        yields.y10 - yields.m3 as term_spread,
        yields.y10_change as yield_change,
        case
            when yields.y10_change >= {{ large_change }} then 1
            when yields.y10_change <= -{{ large_change }} then -1
            when yields.y10_change is not null then 0
        end as yield_jump,
        yields.last_trading_date as known_at,
        bonds.next_month_end as entry_at
    from bonds
    inner join bills on bonds.month_end = bills.month_end
    inner join yields on bonds.month_end = yields.month_end

)

select * from final
