-- Does a signal that all share tell the direction of returns, more often than always saying up, and on both sides
-- alike?
with statistics as (

    select * from {{ ref('signal_statistics') }}

),

summarized as (

    select
        study,
        signal,
        horizon,
        max(case when statistic = 'directional_hit_rate' then value end) as directional_hit_rate,
        max(case when statistic = 'pesaran_timmermann_stat' then value end) as pesaran_timmermann_stat,
        max(case when statistic = 'pesaran_timmermann_p' then value end) as pesaran_timmermann_p,
        max(case when statistic = 'positive_rate' then value end) as positive_rate,
        max(case when statistic = 'sign_asymmetry' then value end) as sign_asymmetry,
        max(case when statistic = 'sign_asymmetry_p' then value end) as sign_asymmetry_p,
        max(case when statistic = 'conditional_spread' then value end) as conditional_spread,
        max(case when statistic = 'conditional_spread_p' then value end) as conditional_spread_p,
        max(case when statistic = 'sign_consistency' then value end) as sign_consistency
    from statistics
    where procedure in ('common_continuous', 'common_sparse')
    group by study, signal, horizon

),

final as (

    select
        study,
        signal,
        horizon,
        case
            when pesaran_timmermann_p is null then 'not tested'
            when pesaran_timmermann_p > 0.05 then 'not shown'
            when pesaran_timmermann_stat > 0 then 'tells the direction'
            else 'tells the opposite'
        end as verdict,
        directional_hit_rate,
        positive_rate,
        pesaran_timmermann_p,
        sign_asymmetry,
        sign_asymmetry_p,
        conditional_spread,
        conditional_spread_p,
        sign_consistency
    from summarized

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon
