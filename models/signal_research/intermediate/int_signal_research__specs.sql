{#- The declared studies brought together with the columns of their panels; later models read them here. -#}
{%- set resolved = [] -%}
{%- for source in whence.signal_sources() if execute -%}
    {%- set study = whence.resolve_signal_study(source.spec, source.relation) -%}
    {%- if study is not none -%}
        {%- do resolved.append(study) -%}
    {%- endif -%}
{%- endfor -%}
{%- do whence.check_signal_widths(resolved) -%}
{%- do whence.check_signal_gates(resolved, ref('signal_metrics')) -%}

{{ whence.signal_spec_rows(resolved) }}
