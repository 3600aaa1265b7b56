with factor_groups as (

    select * from {{ ref('stg_factor_proxies__factor_groups') }}

),

market_caps as (

    select * from {{ ref('stg_factor_proxies__market_caps') }}

),

final as (

    {{ whence.proxy_group_weights('factor_groups', 'market_caps') }}

)

select * from final
order by
    {{ whence.text_order('factor_group') }},
    valid_from,
    {{ whence.text_order('ticker') }}
