with months as (

    select * from {{ ref('int_factor_proxies__months') }}

),

universe as (

    select * from {{ ref('proxy_universe') }}

),

month_prices as (

    select * from {{ ref('int_factor_proxies__month_prices') }}

),

distributions as (

    select * from {{ ref('stg_factor_proxies__distributions') }}

),

final as (

    {{ whence.proxy_dividend_yields('months', 'universe', 'month_prices', 'distributions') }}

)

select * from final
