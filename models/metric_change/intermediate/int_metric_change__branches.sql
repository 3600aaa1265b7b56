{{ config(pre_hook="{{ whence.join_by_hash() }}") }}

{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set n_dimensions = whence.metric_dimension_count(analyses) -%}

with leaves as (

    select * from {{ ref('int_metric_change__branch_leaves') }}

),

final as (

    {{ whence.metric_branches('leaves', analyses, n_dimensions) }}

)

select * from final
