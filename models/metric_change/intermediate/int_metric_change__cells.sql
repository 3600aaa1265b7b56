{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- do whence.check_metric_sides(
    analyses, ref('whence', 'int_metric_change__specs'), windows, ref('whence', 'int_metric_change__dates')
) -%}
{%- set slots = whence.metric_slots(analyses) -%}
{%- set n_dimensions = whence.metric_dimension_count(analyses) -%}
{%- set selects = [] -%}
{%- for spec in whence.metric_analysis_specs() -%}
    {%- set relation = whence.metric_relation(spec.relation) -%}
    {%- set baseline = whence.metric_relation(spec.compare.relation) if spec.compare.relation is not none else none -%}
    {%- for resolved in analyses if resolved.name == spec.name -%}
        {%- set sides = whence.metric_sides(resolved, whence.metric_window_rows(windows, spec.name)) -%}
        {%- do selects.append(whence.metric_cells(resolved, relation, baseline, sides, slots, n_dimensions)) -%}
    {%- endfor -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'analysis_group': whence.type_text(), 'side': whence.type_text(),
    'dimension_1': whence.type_text(), 'records': 'bigint',
}) }}
