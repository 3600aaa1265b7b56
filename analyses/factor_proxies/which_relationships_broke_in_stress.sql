-- Which correlations differ between calm and stressed months by more than chance, and did a hedge go with it?
with correlations as (

    select * from {{ ref('proxy_regime_correlations') }}

),

paired as (

    select
        scope,
        regime_rule,
        series_a,
        series_b,
        max(case when regime = 'calm' then n_obs end) as n_calm,
        max(case when regime = 'stressed' then n_obs end) as n_stressed,
        max(case when regime = 'calm' then correlation end) as calm_correlation,
        max(case when regime = 'stressed' then correlation end) as stressed_correlation,
        max(difference_q_value) as difference_q_value
    from correlations
    group by scope, regime_rule, series_a, series_b

),

final as (

    select
        scope,
        series_a,
        series_b,
        calm_correlation,
        stressed_correlation,
        case
            when calm_correlation < -0.1 and stressed_correlation >= -0.1 then 'hedge lost in stress'
            when stressed_correlation < -0.1 and calm_correlation >= -0.1 then 'hedge in stress only'
            when stressed_correlation > calm_correlation then 'closer in stress'
            else 'further apart in stress'
        end as verdict,
        regime_rule,
        difference_q_value,
        n_calm,
        n_stressed
    from paired
    where difference_q_value < 0.05

)

select * from final
order by
    {{ whence.text_order('scope') }},
    {{ whence.text_order('regime_rule') }},
    {{ whence.round_significant('difference_q_value', digits=6) }},
    {{ whence.text_order('series_a') }},
    {{ whence.text_order('series_b') }}
