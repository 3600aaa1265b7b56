with months as (

    select * from {{ ref('int_factor_proxies__months') }}

),

returns as (

    select * from {{ ref('proxy_returns') }}

),

final as (

    {{ whence.proxy_return_windows('months', 'returns') }}

)

select * from final
order by
    {{ whence.text_order('series') }},
    case return_window when '1m' then 1 when '3m' then 2 when '6m' then 3 when '1y' then 4 when '2y' then 5 else 6 end
