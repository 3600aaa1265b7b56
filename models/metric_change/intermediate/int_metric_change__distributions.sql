{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set sets = ref('whence', 'int_metric_change__sets') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set selects = [] -%}
{%- for spec in whence.metric_analysis_specs() -%}
    {%- set relation = whence.metric_relation(spec.relation) -%}
    {%- set baseline = whence.metric_relation(spec.compare.relation) if spec.compare.relation is not none else none -%}
    {%- for resolved in analyses if resolved.name == spec.name -%}
        {%- set sides = whence.metric_sides(resolved, whence.metric_window_rows(windows, spec.name)) -%}
        {%- set select = whence.metric_distributions(resolved, relation, baseline, sides, sets) -%}
        {%- if select | trim -%}
            {%- do selects.append(select) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}

{%- if selects %}
{{ selects | join('\nunion all\n') }}
{%- else %}
{{ whence.empty_select(whence.metric_distribution_columns()) }}
{%- endif %}
