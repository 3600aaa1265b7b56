with residuals as (

    select * from {{ ref('int_metric_change__residuals') }}

),

tests as (

    select * from {{ ref('int_metric_change__residual_tests') }}

),

driver_totals as (

    select * from {{ ref('int_metric_change__driver_totals') }}

),

final as (

    {{ whence.metric_residual_segments('residuals', 'tests', 'driver_totals') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    residual_rank
