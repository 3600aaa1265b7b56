with quantiles as (

    select * from {{ ref('int_signal_research__quantiles') }}

),

final as (

    {{ whence.signal_turnover('quantiles') }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    horizon
