with baskets as (

    select * from {{ ref('int_factor_proxies__hedge_baskets') }}

),

exposures as (

    select * from {{ ref('proxy_exposures') }}

),

final as (

    {{ whence.proxy_hedge_baskets('baskets', 'exposures') }}

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.text_order('exposed') }},
    basket,
    {{ whence.text_order('candidate') }}
