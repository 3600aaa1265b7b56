with driver_changes as (

    select * from {{ ref('int_metric_change__driver_changes') }}

),

final as (

    {{ whence.metric_residuals('driver_changes') }}

)

select * from final
