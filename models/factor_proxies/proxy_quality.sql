with specs as (

    select * from {{ ref('int_factor_proxies__specs') }}

),

universe as (

    select * from {{ ref('proxy_universe') }}

),

members as (

    select * from {{ ref('int_factor_proxies__members') }}

),

returns as (

    select * from {{ ref('proxy_returns') }}

),

final as (

    {{ whence.proxy_quality('specs', 'universe', 'members', 'returns') }}

)

select * from final
order by
    {{ whence.text_order('series') }}
