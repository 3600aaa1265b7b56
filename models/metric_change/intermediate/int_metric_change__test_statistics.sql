with changes as (

    select * from {{ ref('int_metric_change__changes') }}

),

branch_changes as (

    select * from {{ ref('int_metric_change__branch_changes') }}

),

residuals as (

    select * from {{ ref('int_metric_change__residuals') }}

),

final as (

    {{ whence.metric_test_statistics('changes', 'branch_changes', 'residuals') }}

)

select * from final
