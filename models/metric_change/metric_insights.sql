{%- set resolved = whence.resolved_metric_analyses() -%}

with specs as (

    select * from {{ ref('int_metric_change__specs') }}

),

analyses as (

    select * from {{ ref('metric_analyses') }}

),

totals as (

    select * from {{ ref('metric_totals') }}

),

segments as (

    select * from {{ ref('metric_segments') }}

),

movers as (

    select * from {{ ref('metric_movers') }}

),

drilldown as (

    select * from {{ ref('metric_drilldown') }}

),

drivers as (

    select * from {{ ref('metric_drivers') }}

),

closure as (

    select * from {{ ref('metric_closure') }}

),

identities as (

    select * from {{ ref('metric_identities') }}

),

residuals as (

    select * from {{ ref('metric_residual_segments') }}

),

profiles as (

    select * from {{ ref('metric_columns') }}

),

fields as (

    {{ whence.metric_spec_fields(resolved) }}

),

contexts as (

    {{ whence.metric_insight_contexts('analyses', 'specs') }}

),

summaries as (

    {{ whence.metric_insight_summaries('contexts', 'fields', 'totals', 'drilldown') }}

),

concentrations as (

    {{ whence.metric_insight_concentrations('contexts', 'totals', 'segments') }}

),

top_movers as (

    {{ whence.metric_insight_movers('contexts', 'movers', 'drilldown') }}

),

driver_sentences as (

    {{ whence.metric_insight_drivers('contexts', 'fields', 'drivers', 'closure', 'identities') }}

),

residual_sentences as (

    {{ whence.metric_insight_residuals('contexts', 'fields', 'closure', 'residuals') }}

),

risks as (

    {{ whence.metric_insight_risks('contexts', 'totals', 'segments', 'movers', 'drilldown') }}

),

opportunities as (

    {{ whence.metric_insight_opportunities('contexts', 'movers') }}

),

notes as (

    {{ whence.metric_insight_notes('contexts', 'fields', 'totals', 'segments', 'movers', 'profiles') }}

),

candidates as {{ whence.materialized() }}(

    select * from summaries
    union all
    select * from concentrations
    union all
    select * from top_movers
    union all
    select * from driver_sentences
    union all
    select * from residual_sentences
    union all
    select * from risks
    union all
    select * from opportunities
    union all
    select * from notes

),

final as (

    {{ whence.metric_insights('contexts', 'candidates') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('kind') }},
    insight_rank
