{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set sets = ref('whence', 'int_metric_change__sets') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set selects = [] -%}
{%- for spec in whence.metric_analysis_specs() -%}
    {%- set relation = whence.metric_relation(spec.relation) -%}
    {%- set baseline = whence.metric_relation(spec.compare.relation) if spec.compare.relation is not none else none -%}
    {%- for resolved in analyses if resolved.name == spec.name -%}
        {%- set sides = whence.metric_sides(resolved, whence.metric_window_rows(windows, spec.name)) -%}
        {%- do selects.append(whence.metric_distributions(resolved, relation, baseline, sides, sets)) -%}
    {%- endfor -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_distribution_columns()) }}
