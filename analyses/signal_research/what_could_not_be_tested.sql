-- What could not be tested, why, and what can be done instead?
with profiles as (

    select * from {{ ref('signal_profiles') }}

),

final as (

    select
        study,
        signal,
        procedure,
        horizon,
        status,
        reason,
        suggested_procedure
    from profiles
    where status <> 'ok'

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    {{ whence.text_order('procedure') }},
    horizon
