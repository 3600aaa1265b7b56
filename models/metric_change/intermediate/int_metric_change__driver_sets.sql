{%- set cells = ref('whence', 'int_metric_change__driver_cells') -%}
{%- set analyses = whence.metric_node_analyses(ref('whence', 'int_metric_change__identities')) -%}
{%- set selects = [] -%}
{%- for resolved, nodes in analyses if nodes -%}
    {%- do selects.append(whence.metric_driver_sets(resolved, nodes, cells, whence.metric_driver_count(analyses))) -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_driver_set_columns()) }}
