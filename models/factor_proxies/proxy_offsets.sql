with offsets as (

    select * from {{ ref('int_factor_proxies__offsets') }}

),

tests as (

    select * from {{ ref('int_factor_proxies__tests') }}

),

exposures as (

    select * from {{ ref('proxy_exposures') }}

),

universe as (

    select * from {{ ref('proxy_universe') }}

),

performance as (

    select * from {{ ref('proxy_performance') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

members as (

    select * from {{ ref('int_factor_proxies__members') }}

),

final as (

    {{ whence.proxy_offsets(
        whence.resolved_proxies(), 'offsets', 'tests', 'exposures', 'universe', 'performance', 'quality',
        'members'
    ) }}

)

select * from final
order by
    {{ whence.text_order('portfolio') }},
    {{ whence.text_order('exposed') }},
    offset_rank
