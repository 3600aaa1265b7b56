-- What arithmetic of columns makes the metric, and how well does it fit?
with analyses as (

    select * from {{ ref('metric_analyses') }}

),

identities as (

    select * from {{ ref('metric_identities') }}

),

final as (

    select
        identities.analysis,
        identities.metric,
        identities.identity,
        identities.is_selected,
        identities.mape,
        identities.r_squared,
        identities.form,
        identities.n_rows,
        identities.parent_metric,
        identities.identity_rank
    from identities
    inner join analyses on identities.analysis = analyses.analysis
    where analyses.analysis = analyses.analysis_group

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    identity_rank
