with universe as (

    select * from {{ ref('proxy_universe') }}

),

returns as (

    select * from {{ ref('proxy_returns') }}

),

dividend_yields as (

    select * from {{ ref('int_factor_proxies__dividend_yields') }}

),

final as (

    {{ whence.proxy_performance(whence.resolved_proxies(), 'universe', 'returns', 'dividend_yields') }}

)

select * from final
order by
    {{ whence.text_order('series') }}
