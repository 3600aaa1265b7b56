-- When was the market stressed, by which rule, and is it now?
with regimes as (

    select * from {{ ref('proxy_regimes') }}

),

numbered as (

    select
        *,
        row_number() over (partition by regime_rule order by month_end)
        - row_number() over (partition by regime_rule, regime order by month_end) as episode,
        max(month_end) over (partition by regime_rule) as last_month
    from regimes

),

final as (

    select
        regime_rule,
        min(month_end) as first_month,
        max(month_end) as last_month,
        count(*) as n_months,
        max(month_end) = max(last_month) as is_ongoing
    from numbered
    where regime = 'stressed'
    group by regime_rule, episode

)

select * from final
order by
    {{ whence.text_order('regime_rule') }},
    first_month desc
