{#- The declared analyses brought together with the columns of their relations; everything after reads them here. -#}
{%- set profiles = ref('whence', 'metric_columns') -%}
{%- set resolved = [] -%}
{%- for source in whence.metric_sources() if execute -%}
    {%- set profile = whence.metric_profile_query(profiles, source.spec.relation.label)
        if load_relation(profiles) is not none else [] -%}
    {%- set analysis = whence.resolve_metric_analysis(source.spec, source.relation, profile, source.baseline) -%}
    {%- if analysis is not none -%}
        {%- do resolved.append(analysis) -%}
    {%- endif -%}
{%- endfor -%}

{{ whence.metric_spec_rows(resolved) }}
