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

    {{ whence.signal_profiles('specs', 'estimates', 'tests') }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon,
    {{ whence.text_order('procedure') }}
