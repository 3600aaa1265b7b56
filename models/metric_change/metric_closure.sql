with contributions as (

    select * from {{ ref('int_metric_change__driver_contributions') }}

),

final as (

    {{ whence.metric_closure('contributions') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('method') }}
