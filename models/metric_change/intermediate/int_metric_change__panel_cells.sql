{%- set analyses = whence.metric_driver_analyses(ref('whence', 'int_metric_change__windows')) -%}
{%- set counts = [1] -%}
{%- for analysis in analyses -%}
    {%- do counts.append(analysis.resolved.drivers.expressions | length) -%}
{%- endfor -%}
{%- set selects = [] -%}
{%- for analysis in analyses if analysis.resolved.drivers.expressions -%}
    {%- do selects.append(whence.metric_panel_cells(
        analysis.resolved, analysis.relation, analysis.baseline, analysis.sides, counts | max
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'side': whence.type_text(), 'row_date': 'date', 'metric': whence.type_text(),
    'y': whence.type_double(), 'x_1': whence.type_double(),
}) }}
