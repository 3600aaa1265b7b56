{%- set identities = ref('whence', 'int_metric_change__identities') -%}
{%- set n_drivers = whence.metric_driver_count(whence.metric_node_analyses(identities)) -%}

with sets as (

    select * from {{ ref('int_metric_change__driver_sets') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

calendar as (

    select * from {{ ref('int_metric_change__driver_calendar') }}

),

final as (

    {{ whence.metric_driver_changes('sets', 'windows', 'calendar', n_drivers) }}

)

select * from final
