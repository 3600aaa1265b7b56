with universe as (

    select * from {{ ref('proxy_universe') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

final as (

    {{ whence.proxy_metadata(whence.resolved_proxies(), 'universe', 'quality') }}

)

select * from final
