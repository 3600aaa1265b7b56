{%- set sources = whence.factor_model_sources(whence.resolved_factor_models(), ['prices']) -%}

{{ whence.factor_input_rows(sources, 'prices') }}
