{%- set sources = whence.factor_model_sources(whence.resolved_factor_models(), ['labels']) -%}

{{ whence.factor_input_rows(sources, 'labels') }}
