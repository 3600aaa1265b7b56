with specs as (

    select * from {{ ref('int_factor_proxies__specs') }}

),

universe as (

    select * from {{ ref('proxy_universe') }}

),

months as (

    select * from {{ ref('int_factor_proxies__months') }}

),

month_prices as (

    select * from {{ ref('int_factor_proxies__month_prices') }}

),

final as (

    {{ whence.proxy_etf_returns('specs', 'universe', 'months', 'month_prices') }}

)

select * from final
