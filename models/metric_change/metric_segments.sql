with metric_values as (

    select * from {{ ref('int_metric_change__values') }}

),


specs as (

    select * from {{ ref('int_metric_change__specs') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_segments('metric_values', 'specs', 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('side') }},
    depth,
    {{ whence.text_order('dimensions') }},
    segment_rank,
    {{ whence.text_order('metric') }}
