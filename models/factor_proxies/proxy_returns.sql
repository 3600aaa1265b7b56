{%- do whence.check_proxy_series(
    whence.resolved_proxies(),
    ref('proxy_universe'),
    ref('int_factor_proxies__etf_returns'),
    ref('int_factor_proxies__members'),
) -%}

with specs as (

    select * from {{ ref('int_factor_proxies__specs') }}

),

months as (

    select * from {{ ref('int_factor_proxies__months') }}

),

etf_returns as (

    select * from {{ ref('int_factor_proxies__etf_returns') }}

),

members as (

    select * from {{ ref('int_factor_proxies__members') }}

),

month_yields as (

    select * from {{ ref('int_factor_proxies__month_yields') }}

),

final as (

    {{ whence.proxy_returns('specs', 'months', 'etf_returns', 'members', 'month_yields', whence.resolved_proxies()) }}

)

select * from final
order by
    {{ whence.text_order('series') }},
    month_end
