with specs as (

    select * from {{ ref('int_signal_research__specs') }}

),

gates as (

    select * from {{ ref('int_signal_research__gates') }}

),

tests as (

    select * from {{ ref('int_signal_research__screening_tests') }}

),

final as (

    {{ whence.signal_screening('specs', 'gates', 'tests') }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('family') }},
    p_rank
