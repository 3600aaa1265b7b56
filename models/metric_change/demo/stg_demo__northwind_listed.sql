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
        cast(unit_price * quantity as decimal(12, 4)) as revenue
    from source

)

select * from final
