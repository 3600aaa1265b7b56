with source as (

    select * from {{ ref('demo_asset_prices') }}

),

final as (

    select
        month_end,
        asset,
        price
    from source

)

select * from final
