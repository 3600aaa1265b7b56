-- Which signals survive for all that was tried: in their family, over procedures and horizons, on half of the horizons?
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
        profiles.estimate,
        screening.bhy_q,
        screening.t_stat,
        screening.p_value,
        screening.hierarchical_q,
        screening.is_hierarchical_survivor,
        screening.partial_conjunction_p,
        screening.passes_t3,
        profiles.warnings
    from screening
    inner join profiles
        on
            screening.study = profiles.study
            and screening.signal = profiles.signal
            and screening.horizon = profiles.horizon
            and screening.procedure = profiles.procedure
    where screening.is_survivor

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.round_significant('hierarchical_q') }},
    {{ whence.text_order('signal') }},
    {{ whence.text_order('procedure') }},
    horizon
