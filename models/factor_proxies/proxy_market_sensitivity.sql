with sensitivities as (

    select * from {{ ref('int_factor_proxies__market_sensitivity') }}

),

tests as (

    select * from {{ ref('int_factor_proxies__tests') }}

),

final as (

    {{ whence.proxy_market_sensitivity('sensitivities', 'tests') }}

)

select * from final
order by
    {{ whence.text_order('series') }},
    {{ whence.text_order('benchmark') }}
