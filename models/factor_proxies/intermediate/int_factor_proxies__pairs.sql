{%- do whence.check_proxy_names(
    whence.resolved_proxies(), ref('proxy_universe'), ref('proxy_quality'), ref('proxy_exposures')
) -%}

with universe as (

    select * from {{ ref('proxy_universe') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

exposures as (

    select * from {{ ref('proxy_exposures') }}

),

final as (

    {{ whence.proxy_pairs('universe', 'quality', 'exposures') }}

)

select * from final
