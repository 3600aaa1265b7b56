-- In which segments did each driver work, one dimension at a time?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

parts as (

    select * from {{ ref('metric_driver_segments') }}

),

ranked as (

    select
        parts.analysis,
        parts.metric,
        parts.driver,
        parts.dimensions as dimension,
        parts.segment,
        parts.contribution,
        row_number() over (
            partition by parts.analysis, parts.metric, parts.driver, parts.dimensions
            order by
                {{ whence.round_significant('abs(parts.contribution)', digits=9) }} desc nulls last,
                {{ whence.text_order('parts.segment') }}
        ) as contribution_rank
    from parts
    inner join analyses on parts.analysis = analyses.analysis
    where
        parts.dimensions not like '% | %'
        and analyses.analysis = analyses.analysis_group

),

final as (

    select
        analysis,
        metric,
        driver,
        dimension,
        segment,
        contribution,
        contribution_rank
    from ranked
    where contribution_rank <= 5

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('driver') }},
    {{ whence.text_order('dimension') }},
    contribution_rank
