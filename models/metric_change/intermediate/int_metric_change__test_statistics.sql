with changes as (

    select * from {{ ref('int_metric_change__changes') }}

),

branch_changes as (

    select * from {{ ref('int_metric_change__branch_changes') }}

),

final as (

    {{ whence.metric_test_statistics('changes', 'branch_changes') }}

)

select * from final
