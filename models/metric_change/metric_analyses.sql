with specs as (

    select * from {{ ref('int_metric_change__specs') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

dates as (

    select * from {{ ref('int_metric_change__dates') }}

),

variance_rules as (

    select * from {{ ref('int_metric_change__variance_rules') }}

),

final as (

    {{ whence.metric_analyses('specs', 'windows', 'dates', 'variance_rules') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }}
