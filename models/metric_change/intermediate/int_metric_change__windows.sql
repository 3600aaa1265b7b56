with specs as (

    select * from {{ ref('int_metric_change__specs') }}

),

dates as (

    select * from {{ ref('int_metric_change__dates') }}

),

final as (

    {{ whence.metric_windows('specs', 'dates') }}

)

select * from final
