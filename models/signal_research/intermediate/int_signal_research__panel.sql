{{ config(post_hook="{{ whence.gather_statistics(this) }}") }}
{%- set sources = whence.signal_sources(whence.resolved_signal_studies()) -%}

{{ whence.signal_panel(sources) }}
