{#- read by name, not through a CTE: see signal_panel_parts -#}
{%- set panel = ref('int_signal_research__neutral_panel') -%}
{%- set detected = whence.detected_signals(ref('int_signal_research__detection')) -%}

with final as (

    {{ whence.signal_joint_moments(panel, whence.resolved_signal_studies(), detected) }}

)

select * from final
