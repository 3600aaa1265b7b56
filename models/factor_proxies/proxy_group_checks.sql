with factor_groups as (

    select * from {{ ref('stg_factor_proxies__factor_groups') }}

),

universe as (

    select * from {{ ref('proxy_universe') }}

),

etf_returns as (

    select * from {{ ref('int_factor_proxies__etf_returns') }}

),

group_weights as (

    select * from {{ ref('proxy_group_weights') }}

),

final as (

    {{ whence.proxy_group_checks('factor_groups', 'universe', 'etf_returns', 'group_weights') }}

)

select * from final
order by
    {{ whence.text_order('factor_group') }},
    check_name
