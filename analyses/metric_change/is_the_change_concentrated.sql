-- Is the change concentrated: how much of all moves, up and down, is that of the segment that moved most, and how many
-- segments make four fifths? A segment's part of an average or ratio is its mix and rate effect.
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

movers as (

    select * from {{ ref('metric_movers') }}

),

parts as (

    select
        analysis,
        metric,
        dimensions as dimension,
        segment,
        coalesce(coalesce(volume_effect, 0) + mix_effect + rate_effect, change) as part
    from movers
    where
        dimensions not like '% | %'
        and segment <> '(overlap)'

),

ranked as (

    select
        *,
        row_number() over (
            partition by analysis, metric, dimension
            order by {{ whence.round_significant('abs(part)', digits=9) }} desc, {{ whence.text_order('segment') }}
        ) as part_rank,
        sum(abs(part)) over (partition by analysis, metric, dimension) as gross_change
    from parts
    where part is not null

),

running as (

    select
        *,
        sum(abs(part)) over (partition by analysis, metric, dimension order by part_rank) - abs(part) as before_it
    from ranked
    where gross_change > 0

),

summed as (

    select
        analysis,
        metric,
        dimension,
        max(case when part_rank = 1 then segment end) as largest_segment,
        max(abs(part) / gross_change) as largest_share,
        sum(case when before_it < (0.8 - 1e-9) * gross_change then 1 else 0 end) as segments_for_four_fifths,
        count(*) as n_segments,
        sum(part) as net_change,
        max(gross_change) as gross_change
    from running
    group by analysis, metric, dimension

),

final as (

    select
        summed.analysis,
        summed.metric,
        summed.dimension,
        summed.largest_segment,
        summed.largest_share,
        summed.segments_for_four_fifths,
        summed.n_segments,
        summed.net_change,
        summed.gross_change
    from summed
    inner join analyses on summed.analysis = analyses.analysis
    where analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('dimension') }}
