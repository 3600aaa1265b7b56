{%- set sources = whence.factor_model_sources(whence.resolved_factor_models(), ['risk_free']) -%}

{{ whence.factor_input_rows(sources, 'risk_free') }}
