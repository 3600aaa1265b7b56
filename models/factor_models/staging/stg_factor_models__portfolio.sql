{%- set sources = whence.factor_model_sources(whence.resolved_factor_models(), ['portfolio']) -%}

{{ whence.factor_input_rows(sources, 'portfolio') }}
