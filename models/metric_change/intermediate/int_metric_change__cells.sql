{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- do whence.check_metric_sides(
    analyses, ref('whence', 'int_metric_change__specs'), windows, ref('whence', 'int_metric_change__dates')
) -%}
{%- set slots = whence.metric_slots(analyses) -%}
{%- set n_dimensions = whence.metric_dimension_count(analyses) -%}
{%- set selects = [] -%}
{%- for source in whence.metric_sources(analyses) if source.resolved is not none -%}
    {%- set sides = whence.metric_sides(source.resolved, whence.metric_window_rows(windows, source.spec.name)) -%}
    {%- do selects.append(whence.metric_cells(
        source.resolved, source.relation, source.baseline, sides, slots, n_dimensions
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'analysis_group': whence.type_text(), 'side': whence.type_text(),
    'dimension_1': whence.type_text(), 'records': 'bigint',
}) }}
