{%- set cells = ref('whence', 'int_metric_change__cells') -%}
{%- set dates = ref('whence', 'int_metric_change__dates') -%}
{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set candidates = whence.metric_daily_candidates(analyses, cells, dates) -%}
{%- set selects = [] -%}
{%- for source in whence.metric_sources(analyses) if source.resolved is not none -%}
    {%- set sides = whence.metric_sides(source.resolved, whence.metric_window_rows(windows, source.spec.name)) -%}
    {%- do selects.append(whence.metric_variance_rules(
        source.resolved, source.relation, source.baseline, sides, source.spec.name in candidates
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {'analysis_group': whence.type_text(), 'variance_rule': whence.type_text()}) }}
