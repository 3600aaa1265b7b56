with prices as (

    select * from {{ ref('demo_month_end_prices') }}

),

yields as (

    select * from {{ ref('stg_demo__month_end_yields') }}

),

placed as (

    select
        month_end,
        asset,
        price,
        lag(price, 1) over (partition by asset order by month_end) as price_1_month_ago,
        lag(price, 12) over (partition by asset order by month_end) as price_12_months_ago,
        lead(month_end) over (partition by asset order by month_end) as next_month_end
    from prices

),

final as (

    select
        placed.month_end,
        placed.asset,
        placed.price,
        placed.price_1_month_ago / placed.price_12_months_ago - 1 as momentum_12_1,
        -- what a bond yields over bills, decimals a year; spot prices of commodities have no such thing
        case placed.asset
            when 'bills_3m' then 0
            when 'treasury_2y' then (yields.y2 - yields.m3) / 100
            when 'treasury_5y' then (yields.y5 - yields.m3) / 100
            when 'treasury_10y' then (yields.y10 - yields.m3) / 100
            when 'treasury_30y' then (yields.y30 - yields.m3) / 100
        end as carry,
        yields.last_trading_date as known_at,
        placed.next_month_end as entry_at
    from placed
    inner join yields on placed.month_end = yields.month_end

)

select * from final
