with correlations as (

    select * from {{ ref('int_factor_proxies__correlations') }}

),

tests as (

    select * from {{ ref('int_factor_proxies__tests') }}

),

final as (

    {{ whence.proxy_correlations('correlations', 'tests') }}

)

select * from final
order by
    scope,
    {{ whence.text_order('series_a') }},
    {{ whence.text_order('series_b') }}
