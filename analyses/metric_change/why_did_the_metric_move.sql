-- Why did the metric move: what did each driver contribute, what does none explain, and does it all add up?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

closures as (

    select * from {{ ref('metric_closure') }}

),

drivers as (

    select * from {{ ref('metric_drivers') }}

),

final as (

    select
        closures.analysis,
        closures.metric,
        drivers.driver,
        drivers.contribution,
        drivers.share_of_change,
        closures.method,
        drivers.driver_rank,
        drivers.baseline_value as driver_baseline,
        drivers.current_value as driver_current,
        drivers.standard_error,
        closures.change,
        closures.explained_share,
        closures.is_closed,
        closures.note
    from closures
    inner join analyses on closures.analysis = analyses.analysis
    left join drivers
        on
            closures.analysis = drivers.analysis
            and closures.metric = drivers.metric
            and closures.method = drivers.method
    where analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('method') }},
    driver_rank
