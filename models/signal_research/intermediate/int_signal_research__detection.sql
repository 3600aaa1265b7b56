with shapes as (

    select * from {{ ref('int_signal_research__shapes') }}

),

modes as (

    select * from {{ ref('signal_modes') }}

),

final as (

    {{ whence.signal_detection('shapes', 'modes', whence.resolved_signal_studies()) }}

)

select * from final
