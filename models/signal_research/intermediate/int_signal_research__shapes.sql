{#- read by name, not through a CTE: see signal_panel_parts -#}
{%- set panel = ref('int_signal_research__panel') -%}
{%- set studies = whence.resolved_signal_studies() -%}
{%- do whence.check_signal_data(whence.signal_sources(studies), panel) -%}

{{ whence.signal_shapes(panel, studies) }}
