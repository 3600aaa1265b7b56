with yields as (

    select * from {{ ref('demo_treasury_yields') }}

),

final as (

    select
        date,
        (y10 - lag(y10) over (order by date)) / 100 as level_change,
        ((y10 - y2) - lag(y10 - y2) over (order by date)) / 100 as slope_change
    from yields

)

select * from final
where level_change is not null
