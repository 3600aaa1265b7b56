{%- do whence.check_proxy_universe(
    whence.resolved_proxies(), ref('stg_factor_proxies__universe'), ref('proxy_etfs')
) -%}

with universe as (

    select * from {{ ref('stg_factor_proxies__universe') }}

),

etfs as (

    select * from {{ ref('proxy_etfs') }}

),

final as (

    {{ whence.proxy_universe('universe', 'etfs', whence.resolved_proxies()) }}

)

select * from final
order by {{ whence.text_order('ticker') }}
