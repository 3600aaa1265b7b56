with specs as (

    select * from {{ ref('int_signal_research__specs') }}

),

estimates as (

    select * from {{ ref('int_signal_research__estimates') }}

),

tests as (

    select * from {{ ref('int_signal_research__tests') }}

),

final as (

    {{ whence.signal_gates('specs', 'estimates', 'tests') }}

)

select * from final
