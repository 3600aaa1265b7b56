with specs as (

    select * from {{ ref('int_factor_proxies__specs') }}

),

months as (

    select * from {{ ref('int_factor_proxies__months') }}

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

    {{ whence.proxy_quality('specs', 'months', 'universe', 'members', 'returns') }}

)

select * from final
order by
    {{ whence.text_order('series') }}
