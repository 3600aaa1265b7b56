with specs as (

    select * from {{ ref('int_factor_proxies__specs') }}

),

prices as (

    select * from {{ ref('stg_factor_proxies__prices') }}

),

final as (

    {{ whence.proxy_months('specs', 'prices') }}

)

select * from final
