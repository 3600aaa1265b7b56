with residuals as (

    select * from {{ ref('int_metric_change__residuals') }}

),

final as (

    {{ whence.metric_residual_statistics('residuals') }}

)

select * from final
