with source as (

    select * from {{ ref('demo_northwind') }}

),

final as (

    select
        order_id,
        order_date,
        product,
        category,
        ship_country as country,
        quantity,
        unit_price,
        cast(0 as decimal(4, 2)) as discount,
        cast(unit_price * quantity as decimal(12, 4)) as revenue
    from source

)

select * from final
