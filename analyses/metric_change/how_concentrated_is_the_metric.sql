-- How concentrated is the metric on few leaf segments, and more so than before?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

totals as (

    select * from {{ ref('metric_totals') }}

),

sides as (

    select
        analysis,
        metric,
        max(case when side = 'baseline' then top5_value_share end) as top5_share_before,
        max(case when side = 'current' then top5_value_share end) as top5_share_now,
        max(case when side = 'baseline' then {{ whence.safe_divide('1.0', 'herfindahl') }} end)
            as effective_segments_before,
        max(case when side = 'current' then {{ whence.safe_divide('1.0', 'herfindahl') }} end)
            as effective_segments_now,
        max(case when side = 'current' then segments end) as segments_now
    from totals
    group by analysis, metric

),

final as (

    select
        sides.analysis,
        sides.metric,
        sides.top5_share_before,
        sides.top5_share_now,
        sides.effective_segments_now,
        case
            when sides.effective_segments_before is null then 'no comparison'
            when
                abs(sides.effective_segments_now - sides.effective_segments_before)
                <= 1e-9 * sides.effective_segments_before then 'as before'
            when sides.effective_segments_now < sides.effective_segments_before then 'more than before'
            else 'less than before'
        end as verdict,
        sides.effective_segments_before,
        sides.segments_now
    from sides
    inner join analyses on sides.analysis = analyses.analysis
    where
        sides.effective_segments_now is not null
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }}
