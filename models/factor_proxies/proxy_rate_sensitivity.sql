with sensitivities as (

    select * from {{ ref('int_factor_proxies__rate_sensitivity') }}

),

tests as (

    select * from {{ ref('int_factor_proxies__tests') }}

),

final as (

    {{ whence.proxy_rate_sensitivity('sensitivities', 'tests') }}

)

select * from final
order by
    {{ whence.text_order('series') }},
    maturity
