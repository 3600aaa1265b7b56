{%- set cells = ref('whence', 'int_metric_change__cells') -%}
{%- set branches = ref('whence', 'int_metric_change__branches') -%}
{%- set selects = [] -%}
{%- for resolved in whence.resolved_metric_analyses() if resolved.compare.to != 'none' and resolved.dimensions -%}
    {%- do selects.append(whence.metric_branch_values(resolved, cells, branches)) -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_branch_value_columns()) }}
