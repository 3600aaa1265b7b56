{%- do whence.check_proxy_data(
    whence.resolved_proxies(), {
        'prices': ref('stg_factor_proxies__prices'), 'yields': ref('stg_factor_proxies__yields'),
        'distributions': ref('stg_factor_proxies__distributions'),
        'market_caps': ref('stg_factor_proxies__market_caps'), 'portfolio': ref('stg_factor_proxies__portfolio'),
        'factor_groups': ref('stg_factor_proxies__factor_groups'),
        'volatility_index': ref('stg_factor_proxies__volatility_index'),
    },
    ref('proxy_universe'), ref('int_factor_proxies__months'), ref('int_factor_proxies__month_prices'),
    ref('int_factor_proxies__month_yields'), ref('int_factor_proxies__etf_returns')
) -%}

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
