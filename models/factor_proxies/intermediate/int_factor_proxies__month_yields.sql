with yields as (

    select * from {{ ref('stg_factor_proxies__yields') }}

),

final as (

    {{ whence.proxy_month_yields('yields') }}

)

select * from final
