{%- set identities = ref('whence', 'int_metric_change__identities') -%}
{%- set n_drivers = whence.metric_driver_count(whence.metric_node_analyses(identities)) -%}

with totals as (

    select * from {{ ref('int_metric_change__driver_totals') }}

),

terms as (

    select * from {{ ref('int_metric_change__driver_terms') }}

),

calendar as (

    select * from {{ ref('int_metric_change__driver_calendar') }}

),

regressions as (

    select * from {{ ref('int_metric_change__regression_contributions') }}

),

final as (

    {{ whence.metric_driver_contributions(
        whence.resolved_metric_analyses(), 'totals', 'terms', 'calendar', 'regressions', n_drivers
    ) }}

)

select * from final
