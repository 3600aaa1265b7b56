{#- The declared factor models brought together with the columns of their relations; later models read them here. -#}
{%- set resolved = [] -%}
{%- for source in whence.factor_model_sources() if execute -%}
    {%- set factor_model = whence.resolve_factor_model(source.spec, source.relations) -%}
    {%- if factor_model is not none -%}
        {%- do resolved.append(factor_model) -%}
    {%- endif -%}
{%- endfor -%}

{{ whence.factor_spec_rows(resolved) }}
