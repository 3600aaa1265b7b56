{%- set analyses = whence.metric_driver_analyses(ref('whence', 'int_metric_change__windows')) -%}
{%- set shape = {'metrics': [1], 'columns': [1]} -%}
{%- for analysis in analyses -%}
    {%- do shape.metrics.append(analysis.resolved.drivers.nodes | length) -%}
    {%- do shape.columns.append(analysis.resolved.drivers.columns | length) -%}
{%- endfor -%}
{%- set shape = {'metrics': shape.metrics | max, 'columns': shape['columns'] | max} -%}
{%- set selects = [] -%}
{%- for analysis in analyses if analysis.resolved.drivers.nodes | selectattr('search') | list -%}
    {%- do selects.append(whence.metric_driver_sample(
        analysis.resolved, analysis.relation, analysis.baseline, analysis.sides, shape
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'row_no': 'integer', 'metric_1': whence.type_double(),
    'column_1': whence.type_double(),
}) }}
