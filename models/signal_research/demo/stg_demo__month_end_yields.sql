with yields as (

    select * from {{ ref('demo_par_yields') }}

),

ranked as (

    select
        *,
        {{ whence.truncate_date('month', 'date') }} as month_start,
        row_number() over (partition by {{ whence.truncate_date('month', 'date') }} order by date desc) as from_last
    from yields

),

month_ends as (

    select
        {{ whence.add_days(whence.add_months('month_start', 1), -1) }} as month_end,
        date as last_trading_date,
        m3,
        y2,
        y5,
        y10,
        y30
    from ranked
    where from_last = 1

),

final as (

    select
        *,
        y10 - lag(y10) over (order by month_end) as y10_change
    from month_ends

)

select * from final
