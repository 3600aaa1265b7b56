-- Which segments are new, which are lost, one dimension at a time, and what do they make of the change?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

movers as (

    select * from {{ ref('metric_movers') }}

),

final as (

    select
        movers.analysis,
        movers.segment,
        movers.status,
        movers.metric,
        movers.change,
        movers.share_of_change,
        movers.dimensions as dimension,
        movers.baseline_value,
        movers.current_value,
        movers.baseline_records,
        movers.current_records
    from movers
    inner join analyses on movers.analysis = analyses.analysis
    where
        movers.status in ('new', 'lost')
        and movers.dimensions not like '% | %'
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('dimension') }},
    baseline_records + current_records desc,
    {{ whence.text_order('segment') }},
    {{ whence.text_order('metric') }}
