-- Which signals earn something that trading them costs?
with statistics as (

    select * from {{ ref('signal_statistics') }}

),

turnover as (

    select * from {{ ref('signal_turnover') }}

),

spreads as (

    select
        study,
        signal,
        horizon,
        max(case when statistic = 'quantile_spread_mean' then value end) as spread,
        max(case when statistic = 'quantile_spread_p' then value end) as spread_p
    from statistics
    where procedure = 'ic'
    group by study, signal, horizon

),

costs as (

    select
        spreads.*,
        turnover.quantile_turnover,
        turnover.breakeven_cost_bps,
        spreads.spread - turnover.net_spread as cost
    from spreads
    inner join turnover
        on
            spreads.study = turnover.study
            and spreads.signal = turnover.signal
            and spreads.horizon = turnover.horizon
    where spreads.spread is not null

),

final as (

    select
        study,
        signal,
        horizon,
        spread,
        cost,
        case
            when spread_p is null or spread_p > 0.05 then 'no spread shown'
            when abs(spread) <= cost then 'eaten by costs'
            else 'survives costs'
        end as verdict,
        breakeven_cost_bps,
        spread_p,
        quantile_turnover
    from costs

)

select * from final
order by
    {{ whence.text_order('study') }},
    horizon,
    {{ whence.round_significant('abs(breakeven_cost_bps)') }} desc nulls last,
    {{ whence.text_order('signal') }}
