{%- set n_dimensions = whence.metric_dimension_count(whence.resolved_metric_analyses()) -%}

with leaves as (

    select * from {{ ref('int_metric_change__branch_leaves') }}

),

branches as (

    select * from {{ ref('int_metric_change__branches') }}

),

final as (

    {{ whence.metric_branch_values('leaves', 'branches', n_dimensions) }}

)

select * from final
