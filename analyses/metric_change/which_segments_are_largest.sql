-- Which segments are the largest now, one dimension at a time, and what is a typical row in them?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

segments as (

    select * from {{ ref('metric_segments') }}

),

final as (

    select
        segments.analysis,
        segments.metric,
        segments.dimensions as dimension,
        segments.segment,
        segments.value,
        segments.value_share,
        segments.segment_rank,
        segments.records,
        segments.record_share,
        segments.p50,
        segments.p90
    from segments
    inner join analyses on segments.analysis = analyses.analysis
    where
        segments.side = 'current'
        and segments.depth = 1
        and segments.segment_rank <= 5
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('dimension') }},
    segment_rank
