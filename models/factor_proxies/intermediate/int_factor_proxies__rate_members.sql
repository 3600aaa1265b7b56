with universe as (

    select * from {{ ref('proxy_universe') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

final as (

    {{ whence.proxy_category_members(
        'universe', 'quality', (whence.resolved_proxies() or {}).get('rate_sensitivity_categories', [])
    ) }}

)

select * from final
