with metric_values as (

    select * from {{ ref('int_metric_change__values') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_totals('metric_values', 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('side') }},
    {{ whence.text_order('metric') }}
