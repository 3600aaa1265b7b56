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
