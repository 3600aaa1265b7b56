-- Which segments grew faster or slower than the rest by more than chance, one dimension at a time?
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
        movers.segment,
        case when movers.unexpected_change > 0 then 'ahead' else 'behind' end as verdict,
        movers.unexpected_change,
        movers.unexpected_q_value as q_value,
        movers.dimensions as dimension,
        movers.unexpected_share,
        movers.change,
        movers.baseline_value,
        movers.current_value
    from movers
    inner join analyses on movers.analysis = analyses.analysis
    where
        movers.unexpected_q_value <= 0.05
        and movers.dimensions not like '% | %'
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('dimension') }},
    {{ whence.round_significant('abs(unexpected_change)', digits=9) }} desc,
    {{ whence.text_order('segment') }}
