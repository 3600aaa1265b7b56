with changes as (

    select * from {{ ref('int_metric_change__changes') }}

),

tests as (

    select * from {{ ref('int_metric_change__tests') }}

),

final as (

    {{ whence.metric_movers('changes', 'tests') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('dimensions') }},
    {{ whence.text_order('metric') }},
    mover_rank
