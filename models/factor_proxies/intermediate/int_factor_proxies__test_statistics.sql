with correlations as (

    select * from {{ ref('int_factor_proxies__correlations') }}

),

regime_correlations as (

    select * from {{ ref('int_factor_proxies__regime_correlations') }}

),

rate_sensitivity as (

    select * from {{ ref('int_factor_proxies__rate_sensitivity') }}

),

market_sensitivity as (

    select * from {{ ref('int_factor_proxies__market_sensitivity') }}

),

offsets as (

    select * from {{ ref('int_factor_proxies__offsets') }}

),

final as (

    {{ whence.proxy_test_statistics(
        'correlations', 'regime_correlations', 'rate_sensitivity', 'market_sensitivity', 'offsets'
    ) }}

)

select * from final
