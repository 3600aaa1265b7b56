with source as (

    select * from {{ ref('demo_bike_sharing') }}

),

final as (

    select
        dteday as ride_date,
        cast(hr as integer) as hour_of_day,
        -- by its dates, season 1 runs from the winter solstice on
        case season when 1 then 'winter' when 2 then 'spring' when 3 then 'summer' when 4 then 'fall' end as season,
        case workingday when 1 then 'working day' else 'other day' end as day_type,
        case
            when hr between 6 and 9 then 'morning'
            when hr between 10 and 15 then 'midday'
            when hr between 16 and 19 then 'evening'
            else 'night'
        end as part_of_day,
        case weathersit
            when 1 then 'clear'
            when 2 then 'mist'
            when 3 then 'light rain or snow'
            else 'heavy rain or snow'
        end as weather,
        -- the source divides temperatures by their maximum of 41 degrees Celsius
        temp * 41 as temperature,
        casual as casual_rides,
        registered as registered_rides,
        cnt as rides
    from source

)

select * from final
