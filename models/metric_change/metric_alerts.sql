with metric_totals as (

    select * from {{ ref('metric_totals') }}

),

metric_movers as (

    select * from {{ ref('metric_movers') }}

),

metric_closure as (

    select * from {{ ref('metric_closure') }}

),

metric_drivers as (

    select * from {{ ref('metric_drivers') }}

),

metric_residual_segments as (

    select * from {{ ref('metric_residual_segments') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_alerts(whence.resolved_metric_analyses(), {
        'metric_totals': 'metric_totals', 'metric_movers': 'metric_movers', 'metric_closure': 'metric_closure',
        'metric_drivers': 'metric_drivers', 'metric_residual_segments': 'metric_residual_segments',
    }, 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('rule') }}
