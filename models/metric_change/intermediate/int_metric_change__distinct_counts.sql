{%- set analyses = whence.metric_driver_analyses(ref('whence', 'int_metric_change__windows')) -%}
{%- set counts = [1] -%}
{%- for analysis in analyses -%}
    {%- do counts.append(analysis.resolved.drivers.distinct | length) -%}
{%- endfor -%}
{%- set selects = [] -%}
{%- for analysis in analyses if analysis.resolved.drivers.distinct -%}
    {%- do selects.append(whence.metric_distinct_counts(
        analysis.resolved, analysis.relation, analysis.baseline, analysis.sides, counts | max
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'side': whence.type_text(), 'distinct_1': 'bigint',
}) }}
