-- Which segments moved the metric most, one dimension at a time?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

movers as (

    select * from {{ ref('metric_movers') }}

)

select
    movers.analysis,
    movers.metric,
    movers.dimensions,
    movers.mover_rank,
    movers.segment,
    movers.status,
    movers.baseline_value,
    movers.current_value,
    movers.change,
    movers.share_of_change,
    movers.unexpected_change
from movers
inner join analyses on movers.analysis = analyses.analysis
where
    movers.mover_rank <= 5
    and movers.dimensions not like '% | %'
    and analyses.analysis = analyses.analysis_group
order by movers.analysis, movers.metric, movers.dimensions, movers.mover_rank
