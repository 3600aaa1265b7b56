{#- The declared analyses brought together with the columns of their relations; everything after reads them here. -#}
{%- set profiles = ref('whence', 'metric_columns') -%}
{%- set resolved = [] -%}
{%- for spec in whence.metric_analysis_specs() -%}
    {%- set relation = whence.metric_relation(spec.relation) -%}
    {%- set baseline = whence.metric_relation(spec.compare.relation) if spec.compare.relation is not none else none -%}
    {%- if execute -%}
        {%- set profile = whence.metric_profile_query(profiles, spec.relation.label)
            if load_relation(profiles) is not none else [] -%}
        {%- set analysis = whence.resolve_metric_analysis(spec, relation, profile, baseline) -%}
        {%- if analysis is not none -%}
            {%- do resolved.append(analysis) -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}

{{ whence.metric_spec_rows(resolved) }}
