with yields as (

    select * from {{ ref('demo_treasury_yields') }}

),

ranked as (

    select
        {{ whence.truncate_date('month', 'date') }} as month_start,
        y2,
        y10,
        row_number() over (partition by {{ whence.truncate_date('month', 'date') }} order by date desc) as from_last
    from yields

),

month_ends as (

    select
        {{ whence.add_days(whence.add_months('month_start', 1), -1) }} as month_end,
        y2,
        y10
    from ranked
    where from_last = 1

),

final as (

    -- in decimals: a level of 0.001 is a rise of the 10-year yield by 0.1 percentage points
    select
        month_end,
        (y10 - lag(y10) over (order by month_end)) / 100 as level_change,
        ((y10 - y2) - lag(y10 - y2) over (order by month_end)) / 100 as slope_change
    from month_ends

)

select * from final
where level_change is not null
