-- Does a Simpson's paradox hide in it: an average or ratio that moved one way, while its segments moved the other?
with nodes as (

    select * from {{ ref('metric_drilldown') }}

),

movers as (

    select * from {{ ref('metric_movers') }}

),

effects as (

    select
        analysis,
        metric,
        dimensions,
        sum(rate_effect) as rate_effect,
        sum(mix_effect) as mix_effect
    from movers
    group by analysis, metric, dimensions

),

final as (

    select
        nodes.analysis,
        nodes.metric,
        nodes.path,
        nodes.split_dimension as dimension,
        nodes.change,
        effects.rate_effect,
        effects.mix_effect,
        nodes.period_end
    from nodes
    left join effects
        on
            nodes.analysis = effects.analysis
            and nodes.metric = effects.metric
            and nodes.split_dimension = effects.dimensions
            and nodes.path = '(total)'
    where nodes.is_simpson

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('path') }}
