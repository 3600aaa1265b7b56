with specs as (

    select * from {{ ref('int_metric_change__specs') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

dates as (

    select * from {{ ref('int_metric_change__dates') }}

),

final as (

    {{ whence.metric_analyses('specs', 'windows', 'dates') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }}
