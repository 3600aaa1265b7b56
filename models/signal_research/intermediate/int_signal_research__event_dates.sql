{#- read by name, not through a CTE: see signal_panel_parts -#}
{%- set panel = ref('int_signal_research__panel') -%}
{%- set detected = whence.detected_signals(ref('int_signal_research__detection')) -%}

with final as (

    {{ whence.signal_event_dates(panel, whence.resolved_signal_studies(), detected) }}

)

select * from final
