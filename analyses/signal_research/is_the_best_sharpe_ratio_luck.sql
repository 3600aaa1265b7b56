-- Is the best Sharpe ratio of a study no more than the luck of the best of many?
with statistics as (

    select * from {{ ref('signal_statistics') }}

),

summarized as (

    select
        study,
        horizon,
        signal,
        max(case when statistic = 'spread_sharpe' then value end) as spread_sharpe,
        max(case when statistic = 'deflated_sharpe' then value end) as deflated_sharpe,
        max(case when statistic = 'deflated_sharpe_p' then value end) as deflated_sharpe_p,
        max(case when statistic = 'best_sharpe_p' then value end) as best_sharpe_p
    from statistics
    where procedure = 'ic'
    group by study, horizon, signal

),

final as (

    select
        study,
        signal,
        horizon,
        spread_sharpe,
        best_sharpe_p,
        case when best_sharpe_p <= 0.05 then 'more than luck' else 'may be luck' end as verdict,
        deflated_sharpe,
        deflated_sharpe_p
    from summarized
    where best_sharpe_p is not null

)

select * from final
order by
    {{ whence.text_order('study') }},
    horizon,
    {{ whence.text_order('signal') }}
