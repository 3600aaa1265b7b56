with universe as (

    select * from {{ ref('proxy_universe') }}

),

members as (

    select * from {{ ref('int_factor_proxies__members') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

choices as (

    select * from {{ ref('int_factor_proxies__macro_choices') }}

),

final as (

    {{ whence.proxy_scopes(whence.resolved_proxies(), 'universe', 'members', 'quality', 'choices') }}

)

select * from final
