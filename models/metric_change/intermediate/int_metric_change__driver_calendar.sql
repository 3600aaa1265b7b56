{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set selects = [] -%}
{%- for analysis in whence.metric_driver_analyses(windows) if analysis.resolved.drivers.calendar_effect -%}
    {%- do selects.append(whence.metric_calendar_scales(
        analysis.resolved, analysis.relation, analysis.baseline, analysis.sides, windows
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'metric': whence.type_text(), 'baseline_days': whence.type_double(),
    'current_days': whence.type_double(), 'calendar_scale': whence.type_double(),
}) }}
