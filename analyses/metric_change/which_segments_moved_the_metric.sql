-- Which segments moved the metric most, one dimension at a time?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

movers as (

    select * from {{ ref('metric_movers') }}

),

final as (

    select
        movers.analysis,
        movers.metric,
        movers.dimensions as dimension,
        movers.segment,
        movers.change,
        movers.share_of_change,
        movers.mover_rank,
        movers.status,
        movers.baseline_value,
        movers.current_value,
        movers.q_value,
        movers.unexpected_change
    from movers
    inner join analyses on movers.analysis = analyses.analysis
    where
        movers.mover_rank <= 5
        and movers.dimensions not like '% | %'
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('dimension') }},
    mover_rank
