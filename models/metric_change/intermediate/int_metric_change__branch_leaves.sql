{%- set cells = ref('whence', 'int_metric_change__cells') -%}
{%- set windows = ref('whence', 'int_metric_change__windows') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set n_dimensions = whence.metric_dimension_count(analyses) -%}
{%- set selects = [] -%}
{%- for resolved in analyses if resolved.compare.to != 'none' -%}
    {%- do selects.append(whence.metric_branch_leaves(resolved, cells, windows, n_dimensions)) -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_branch_leaf_columns(n_dimensions)) }}
