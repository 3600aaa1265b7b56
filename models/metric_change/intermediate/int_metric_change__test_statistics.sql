with changes as (

    select * from {{ ref('int_metric_change__changes') }}

),

final as (

    {{ whence.metric_test_statistics('changes') }}

)

select * from final
