-- How has the metric moved, window by window? Sums and counts of a baseline of another length are scaled to the current.
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

totals as (

    select * from {{ ref('metric_totals') }}

),

segments as (

    select * from {{ ref('metric_segments') }}

),

aggregations as (

    select
        analysis,
        metric,
        min(aggregation) as aggregation
    from segments
    group by analysis, metric

),

sides as (

    select
        analysis,
        metric,
        max(case when side = 'baseline' then value end) as baseline_value,
        max(case when side = 'current' then value end) as current_value
    from totals
    group by analysis, metric

),

scaled as (

    select
        sides.analysis,
        sides.metric,
        sides.current_value,
        sides.baseline_value
        * case when aggregations.aggregation in ('sum', 'count') then analyses.baseline_scale else 1 end
            as baseline_value
    from sides
    inner join analyses on sides.analysis = analyses.analysis
    left join aggregations on sides.analysis = aggregations.analysis and sides.metric = aggregations.metric

),

final as (

    select
        analyses.analysis_group,
        scaled.metric,
        analyses.period_end,
        scaled.current_value,
        scaled.current_value - scaled.baseline_value as change,
        {{ whence.safe_divide('scaled.current_value - scaled.baseline_value', 'abs(scaled.baseline_value)') }}
            as change_pct,
        scaled.baseline_value,
        analyses.baseline_start,
        analyses.baseline_end,
        analyses.current_start,
        analyses.current_end,
        analyses.analysis
    from scaled
    inner join analyses on scaled.analysis = analyses.analysis

)

select * from final
order by
    {{ whence.text_order('analysis_group') }},
    {{ whence.text_order('metric') }},
    period_end
