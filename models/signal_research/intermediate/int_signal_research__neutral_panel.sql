{#- A view of the panel where no study neutralises its signals. -#}
{{ config(
    materialized='table' if whence.signal_study_specs() | selectattr('neutralize') | list else 'view',
    post_hook="{{ whence.gather_statistics(this) if whence.signal_study_specs() | selectattr('neutralize') | list }}",
) }}
{#- read by name, not through a CTE: see signal_panel_parts -#}
{%- set panel = ref('int_signal_research__panel') -%}
{%- set slopes = ref('int_signal_research__control_slopes') -%}
{%- set detected = whence.detected_signals(ref('int_signal_research__detection')) -%}
{%- set studies = whence.resolved_signal_studies() -%}

{{ whence.signal_neutral_panel(panel, slopes, studies, detected) }}
