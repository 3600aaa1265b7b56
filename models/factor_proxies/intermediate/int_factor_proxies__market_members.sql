with universe as (

    select * from {{ ref('proxy_universe') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

final as (

    {{ whence.proxy_category_members(
        'universe', 'quality', (whence.resolved_proxies() or {}).get('market_sensitivity_categories', []),
        (whence.resolved_proxies() or {}).get('benchmarks', [])
    ) }}

)

select * from final
