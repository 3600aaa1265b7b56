with correlations as (

    select * from {{ ref('int_factor_proxies__regime_correlations') }}

),

tests as (

    select * from {{ ref('int_factor_proxies__tests') }}

),

final as (

    {{ whence.proxy_regime_correlations('correlations', 'tests') }}

)

select * from final
order by
    scope,
    regime_rule,
    {{ whence.text_order('series_a') }},
    {{ whence.text_order('series_b') }},
    regime
