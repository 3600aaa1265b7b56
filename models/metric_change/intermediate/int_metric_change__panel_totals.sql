{%- set n_drivers = whence.metric_panel_width(whence.resolved_metric_analyses()) -%}

with cells as (

    select * from {{ ref('int_metric_change__panel_cells') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_panel_totals('cells', 'windows', n_drivers) }}

)

select * from final
