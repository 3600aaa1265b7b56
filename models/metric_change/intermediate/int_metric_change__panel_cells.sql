{%- set analyses = whence.metric_driver_analyses(ref('whence', 'int_metric_change__windows')) -%}
{%- set n_drivers = whence.metric_panel_width(analyses | map(attribute='resolved') | list) -%}
{%- set selects = [] -%}
{%- for analysis in analyses if analysis.resolved.drivers.expressions -%}
    {%- do selects.append(whence.metric_panel_cells(
        analysis.resolved, analysis.relation, analysis.baseline, analysis.sides, n_drivers
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'side': whence.type_text(), 'row_date': 'date', 'metric': whence.type_text(),
    'y': whence.type_double(), 'x_1': whence.type_double(),
}) }}
