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
        discount,
        revenue
    from source

)

select * from final
