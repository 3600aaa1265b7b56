with regressions as (

    select * from {{ ref('int_metric_change__regressions') }}

),

totals as (

    select * from {{ ref('int_metric_change__driver_totals') }}

),

final as (

    {{ whence.metric_regression_contributions('regressions', 'totals') }}

)

select * from final
