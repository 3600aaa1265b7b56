{#- The post-hook adds the signals that one statement has no room for. -#}
{{ config(post_hook="{{ whence.insert_signal_slice_dates(this) }}") }}
{#- read by name, not through a CTE: see signal_panel_parts -#}
{%- set panel = ref('int_signal_research__neutral_panel') -%}
{%- set detected = whence.detected_signals(ref('int_signal_research__detection')) -%}

with final as (

    {{ whence.signal_slice_dates(panel, whence.signal_study_parts(whence.resolved_signal_studies())[0], detected) }}

)

select * from final
