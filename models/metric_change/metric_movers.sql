with metric_values as (

    select * from {{ ref('int_metric_change__values') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_movers('metric_values', 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('dimensions') }},
    {{ whence.text_order('metric') }},
    mover_rank
