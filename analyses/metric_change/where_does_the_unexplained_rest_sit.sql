-- Where does the rest sit that the metric's arithmetic does not explain, and is it more than chance?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

identities as (

    select * from {{ ref('metric_identities') }}

),

residuals as (

    select * from {{ ref('metric_residual_segments') }}

),

final as (

    select
        identities.analysis,
        identities.metric,
        residuals.dimensions,
        residuals.segment,
        residuals.residual_change,
        case
            when residuals.segment is null then 'holds in every row'
            when residuals.q_value <= 0.05 then 'beyond chance'
            when residuals.q_value is null then 'not tested'
            else 'may be chance'
        end as verdict,
        residuals.residual_rank,
        residuals.share_of_residual,
        residuals.mean_residual,
        residuals.n_rows,
        residuals.q_value,
        residuals.aliases,
        identities.identity
    from identities
    inner join analyses on identities.analysis = analyses.analysis
    left join residuals on identities.analysis = residuals.analysis and identities.metric = residuals.metric
    where
        identities.is_selected
        and analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    residual_rank
