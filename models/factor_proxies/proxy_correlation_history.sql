{{ config(materialized='view') }}

with history as (

    select * from {{ ref('int_factor_proxies__correlation_history') }}

),

final as (

    select
        scope,
        series_a,
        series_b,
        window_months,
        month_end,
        correlation
    from history

)

select * from final
