with branches as (

    select * from {{ ref('int_metric_change__branches') }}

),

changes as (

    select * from {{ ref('int_metric_change__branch_changes') }}

),

tests as (

    select * from {{ ref('int_metric_change__tests') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_drilldown('branches', 'changes', 'tests', 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    depth,
    {{ whence.text_order('path') }}
