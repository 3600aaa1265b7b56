with universe as (

    select * from {{ ref('proxy_universe') }}

),

industries as (

    select * from {{ ref('proxy_industries') }}

),

etf_returns as (

    select * from {{ ref('int_factor_proxies__etf_returns') }}

),

group_weights as (

    select * from {{ ref('proxy_group_weights') }}

),

market_caps as (

    select * from {{ ref('stg_factor_proxies__market_caps') }}

),

final as (

    {{ whence.proxy_members(
        whence.resolved_proxies(), 'universe', 'industries', 'etf_returns', 'group_weights', 'market_caps'
    ) }}

)

select * from final
