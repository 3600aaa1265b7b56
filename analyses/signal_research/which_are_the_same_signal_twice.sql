-- Which signals do the study's others have too, and what do they earn beyond them?
with statistics as (

    select * from {{ ref('signal_statistics') }}

),

summarized as (

    select
        study,
        signal,
        horizon,
        max(case when statistic = 'fm_lambda_mean' then value end) as slope,
        max(case when statistic = 'fm_lambda_p' then value end) as slope_p,
        max(case when statistic = 'spanning_r_squared' then value end) as r_squared,
        max(case when statistic = 'spanning_alpha' then value end) as alpha,
        max(case when statistic = 'spanning_alpha_t_ewc' then value end) as alpha_t,
        max(case when statistic = 'spanning_alpha_p_ewc' then value end) as alpha_p
    from statistics
    where procedure = 'fm'
    group by study, signal, horizon

),

final as (

    select
        study,
        signal,
        horizon,
        r_squared,
        alpha_p,
        case
            when r_squared < 0.8 then 'its own'
            when alpha_p <= 0.05 and sign(alpha) * sign(slope) < 0 then 'much alike, and its rest earns the other way'
            when alpha_p <= 0.05 then 'much alike, and earns more'
            else 'the same twice'
        end as verdict,
        alpha,
        alpha_t,
        slope,
        slope_p
    from summarized
    where r_squared is not null

)

select * from final
order by
    {{ whence.text_order('study') }},
    horizon,
    {{ whence.round_significant('r_squared') }} desc,
    {{ whence.text_order('signal') }}
