{%- set identities = ref('whence', 'int_metric_change__identities') -%}
{%- set n_drivers = whence.metric_driver_count(whence.metric_node_analyses(identities)) -%}

with driver_changes as (

    select * from {{ ref('int_metric_change__driver_changes') }}

),

terms as (

    select * from {{ ref('int_metric_change__driver_terms') }}

),

movers as (

    select * from {{ ref('int_metric_change__changes') }}

),

final as (

    {{ whence.metric_driver_segments(
        'driver_changes', 'terms', 'movers', whence.resolved_metric_analyses(), n_drivers
    ) }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('dimensions') }},
    {{ whence.text_order('segment') }},
    {{ whence.text_order('driver') }}
