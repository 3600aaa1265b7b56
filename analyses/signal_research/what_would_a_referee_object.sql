-- What would a referee object to, of results that pass first: what was observed, and from which threshold is it raised?
with warnings as (

    select * from {{ ref('signal_warnings') }}

),

profiles as (

    select * from {{ ref('signal_profiles') }}

),

final as (

    select
        warnings.study,
        warnings.signal,
        warnings.code,
        warnings.observed,
        warnings.threshold,
        profiles.verdict,
        warnings.procedure,
        warnings.horizon,
        warnings.kind,
        warnings.description
    from warnings
    left join profiles
        on
            warnings.study = profiles.study
            and warnings.signal = profiles.signal
            and warnings.horizon = profiles.horizon
            and warnings.procedure = profiles.procedure

)

select * from final
order by
    {{ whence.text_order('study') }},
    case when verdict = 'pass' then 0 else 1 end,
    {{ whence.text_order('signal') }},
    {{ whence.text_order('procedure') }},
    horizon,
    {{ whence.text_order('code') }}
