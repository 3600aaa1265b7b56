with slices as (

    select * from {{ ref('int_signal_research__slices') }}

),

final as (

    {{ whence.signal_slices('slices') }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon,
    {{ whence.text_order('slice') }}
