{%- set n_drivers = whence.metric_panel_width(whence.resolved_metric_analyses()) -%}

with cells as (

    select * from {{ ref('int_metric_change__panel_cells') }}

),

final as (

    {{ whence.metric_panel_moments('cells', n_drivers) }}

)

select * from final
