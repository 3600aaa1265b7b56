with estimates as (

    select * from {{ ref('int_signal_research__estimates') }}

),

final as (

    {{ whence.signal_test_statistics('estimates') }}

)

select * from final
