with gates as (

    select * from {{ ref('int_signal_research__gates') }}

),

trials as (

    select * from {{ ref('signal_trials') }}

),

final as (

    {{ whence.signal_screening_statistics('gates', 'trials') }}

)

select * from final
