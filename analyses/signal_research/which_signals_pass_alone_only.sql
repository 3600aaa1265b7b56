-- Which signals pass when they are looked at alone, but not once all that were tried are counted?
with screening as (

    select * from {{ ref('signal_screening') }}

),

profiles as (

    select * from {{ ref('signal_profiles') }}

),

final as (

    select
        screening.study,
        screening.signal,
        screening.procedure,
        screening.horizon,
        screening.p_value,
        screening.bhy_q,
        screening.family_size,
        screening.t_stat,
        screening.bh_q,
        screening.holm_p,
        screening.passes_t3,
        profiles.estimate,
        screening.family
    from screening
    inner join profiles
        on
            screening.study = profiles.study
            and screening.signal = profiles.signal
            and screening.horizon = profiles.horizon
            and screening.procedure = profiles.procedure
    where
        profiles.verdict = 'pass'
        and not screening.is_survivor

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.round_significant('p_value', digits=6) }},
    {{ whence.text_order('signal') }},
    {{ whence.text_order('procedure') }},
    horizon
