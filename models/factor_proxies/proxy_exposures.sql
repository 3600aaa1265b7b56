with portfolio as (

    select * from {{ ref('stg_factor_proxies__portfolio') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

final as (

    {{ whence.proxy_exposures(whence.resolved_proxies(), 'portfolio', 'quality') }}

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.text_order('factor') }}
