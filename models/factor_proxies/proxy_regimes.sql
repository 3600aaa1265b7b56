with months as (

    select * from {{ ref('int_factor_proxies__months') }}

),

returns as (

    select * from {{ ref('proxy_returns') }}

),

month_yields as (

    select * from {{ ref('int_factor_proxies__month_yields') }}

),

volatility_index as (

    select * from {{ ref('stg_factor_proxies__volatility_index') }}

),

final as (

    {{ whence.proxy_regimes(whence.resolved_proxies(), 'months', 'returns', 'month_yields', 'volatility_index') }}

)

select * from final
order by
    regime_rule,
    month_end
