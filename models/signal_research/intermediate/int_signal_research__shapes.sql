with panel as (

    select * from {{ ref('int_signal_research__panel') }}

),

final as (

    {{ whence.signal_shapes('panel', whence.resolved_signal_studies()) }}

)

select * from final
