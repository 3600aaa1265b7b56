with estimates as (

    select * from {{ ref('int_signal_research__estimates') }}

),

codes as (

    select * from {{ ref('signal_codes') }}

),

final as (

    {{ whence.signal_warnings('estimates', 'codes') }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon,
    {{ whence.text_order('procedure') }},
    {{ whence.text_order('code') }}
