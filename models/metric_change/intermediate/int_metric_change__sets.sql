{%- set cells = ref('whence', 'int_metric_change__cells') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set slots = whence.metric_slots(analyses) -%}
{%- set selects = [] -%}
{%- for resolved in analyses -%}
    {%- do selects.append(whence.metric_sets(resolved, cells, slots)) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'analysis_group': whence.type_text(), 'side': whence.type_text(),
    'dimensions': whence.type_text(), 'segment': whence.type_text(), 'depth': 'integer', 'is_leaf': 'boolean',
    'is_blank': 'boolean', 'segment_json': whence.type_text(), 'other_json': whence.type_text(), 'records': 'bigint',
    'reported_segment': whence.type_text(),
}) }}
