-- Which series paid for their risk, and is that more than chance: a Sharpe ratio beyond two of its standard errors?
with performance as (

    select * from {{ ref('proxy_performance') }}

),

final as (

    select
        series,
        sharpe_ratio,
        sharpe_standard_error,
        case
            when sharpe_ratio is null then 'unknown'
            when abs(sharpe_ratio) <= 2 * sharpe_standard_error then 'not shown'
            when sharpe_ratio > 0 then 'paid'
            else 'cost'
        end as verdict,
        annual_return,
        max_drawdown,
        volatility,
        sortino_ratio,
        calmar_ratio,
        category_rank,
        n_months,
        risk_characteristics
    from performance

)

select * from final
order by
    {{ whence.round_significant('sharpe_ratio', digits=9) }} desc nulls last,
    {{ whence.text_order('series') }}
