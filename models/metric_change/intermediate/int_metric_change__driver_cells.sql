{%- set analyses = whence.metric_driver_analyses(ref('whence', 'int_metric_change__windows')) -%}
{%- set identities = ref('whence', 'int_metric_change__identities') -%}
{%- set selected = whence.metric_identity_rows(identities, 'is_selected and not is_ratio') -%}
{%- set resolved = [] -%}
{%- for analysis in analyses if analysis.resolved.drivers.nodes -%}
    {%- set nodes = whence.metric_driver_nodes(analysis.resolved, selected.get(analysis.resolved.name, [])) -%}
    {%- do analysis.update({'nodes': nodes}) -%}
    {%- do resolved.append(dict(analysis.resolved, measures=whence.metric_driver_measures(nodes))) -%}
{%- endfor -%}
{%- set slots = whence.metric_slots(resolved) -%}
{%- set n_dimensions = whence.metric_dimension_count(resolved) -%}
{%- set selects = [] -%}
{%- for analysis in analyses if analysis.nodes -%}
    {%- do selects.append(whence.metric_driver_cells(
        analysis.resolved, analysis.relation, analysis.baseline, analysis.sides, analysis.nodes, slots, n_dimensions
    )) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'analysis_group': whence.type_text(), 'side': whence.type_text(),
    'dimension_1': whence.type_text(), 'records': 'bigint',
}) }}
