-- Which segments moved the metric most, one dimension at a time?
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
from {{ ref('metric_movers') }} as movers
inner join {{ ref('metric_analyses') }} as analyses on movers.analysis = analyses.analysis
where
    movers.mover_rank <= 5
    and movers.dimensions not like '% | %'
    and analyses.analysis = analyses.analysis_group
order by movers.analysis, movers.metric, movers.dimensions, movers.mover_rank
