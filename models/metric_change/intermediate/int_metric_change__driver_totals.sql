{%- set identities = ref('whence', 'int_metric_change__identities') -%}
{%- set distinct_counts = ref('whence', 'int_metric_change__distinct_counts') -%}
{%- set n_drivers = whence.metric_driver_count(whence.metric_node_analyses(identities)) -%}

with driver_changes as (

    select * from {{ ref('int_metric_change__driver_changes') }}

),

metric_values as (

    select * from {{ ref('int_metric_change__values') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

final as (

    {{ whence.metric_driver_totals(
        whence.resolved_metric_analyses(), 'driver_changes', 'metric_values', 'windows', distinct_counts, n_drivers
    ) }}

)

select * from final
