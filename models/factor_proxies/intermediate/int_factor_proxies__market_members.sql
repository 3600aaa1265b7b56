{%- set settings = whence.proxy_settings(whence.resolved_proxies()) -%}

with universe as (

    select * from {{ ref('proxy_universe') }}

),

quality as (

    select * from {{ ref('proxy_quality') }}

),

members as (

    select * from {{ ref('int_factor_proxies__members') }}

),

final as (

    {{ whence.proxy_category_members(
        'universe', 'quality', 'members', settings.market_sensitivity_categories, settings.benchmarks
    ) }}

)

select * from final
