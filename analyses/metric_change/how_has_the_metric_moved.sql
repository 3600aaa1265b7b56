-- How has the metric moved, window by window? Sums and counts of a baseline of another length are scaled to the
-- current, which the total of the drill-down is; where a metric has none, nothing is scaled.
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

totals as (

    select * from {{ ref('metric_totals') }}

),

nodes as (

    select * from {{ ref('metric_drilldown') }}

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

changes as (

    select
        sides.analysis,
        sides.metric,
        sides.current_value,
        coalesce(nodes.change, sides.current_value - sides.baseline_value) as change
    from sides
    left join nodes
        on sides.analysis = nodes.analysis and sides.metric = nodes.metric and nodes.path = '(total)'

),

final as (

    select
        analyses.analysis_group,
        changes.metric,
        analyses.period_end,
        changes.current_value,
        changes.change,
        {{ whence.safe_divide('changes.change', 'abs(changes.current_value - changes.change)') }} as change_pct,
        changes.current_value - changes.change as baseline_value,
        analyses.baseline_start,
        analyses.baseline_end,
        analyses.current_start,
        analyses.current_end,
        analyses.analysis
    from changes
    inner join analyses on changes.analysis = analyses.analysis

)

select * from final
order by
    {{ whence.text_order('analysis_group') }},
    {{ whence.text_order('metric') }},
    period_end
