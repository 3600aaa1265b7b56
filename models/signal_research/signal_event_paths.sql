{#- read by name, not through a CTE: see signal_panel_parts -#}
{%- set panel = ref('int_signal_research__panel') -%}
{%- set detected = whence.detected_signals(ref('int_signal_research__detection')) -%}

with final as (

    {{ whence.signal_event_paths(panel, whence.resolved_signal_studies(), detected) }}

)

select * from final
order by
    {{ whence.text_order('study') }},
    {{ whence.text_order('signal') }},
    event_offset
