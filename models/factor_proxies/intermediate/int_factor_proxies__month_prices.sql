with months as (

    select * from {{ ref('int_factor_proxies__months') }}

),

prices as (

    select * from {{ ref('stg_factor_proxies__prices') }}

),

final as (

    {{ whence.proxy_month_prices('months', 'prices') }}

)

select * from final
