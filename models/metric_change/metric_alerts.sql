with metric_totals as (

    select * from {{ ref('metric_totals') }}

),

metric_movers as (

    select * from {{ ref('metric_movers') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_alerts(whence.resolved_metric_analyses(), 'metric_totals', 'metric_movers', 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('rule') }}
