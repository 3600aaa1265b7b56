{#-
  The nodes of a drill-down and the segments they are split into, each node as an analysis of its own, for
  metric_changes, with the second moments over records beside the values.

  leaves: relation or CTE with the columns of metric_branch_leaves.
  branches: relation or CTE with the columns of metric_branches.
  n_dimensions: how many dimension columns both have.
  Columns: analysis (the key of the node, metric_branch_key), analysis_group, side, dimensions, segment, depth (0: the
  node, 1: its segments), is_folded, records, metric, kind, numerator, denominator, metric_value, nn, nd, dd.
-#}
{%- macro metric_branch_values(leaves, branches, n_dimensions) -%}
{%- set parts = ['records', 'amount', 'size', 'nn', 'nd', 'dd'] -%}
{%- set columns = ['branches.analysis_group'] -%}
{%- for side in ['baseline', 'current'] -%}
  {%- for part in parts -%}
    {%- do columns.append('cell_rows.' ~ side ~ '_' ~ part) -%}
  {%- endfor -%}
{%- endfor -%}
with node_leaves as {{ whence.materialized() }}(

    {{ whence.metric_branch_join(
        leaves, branches, columns, n_dimensions, 'cell_rows.metric = branches.metric'
    ) }}

),

summed as (
    {% for depth in [0, 1] %}
    {%- for side in ['baseline', 'current'] %}
    select
        analysis,
        analysis_group,
        metric,
        kind,
        '{{ side }}' as side,
        {{ 'dimensions' if depth == 1 else "''" }} as dimensions,
        {{ 'segment' if depth == 1 else "''" }} as segment,
        {{ depth }} as depth,
        cast(sum({{ side }}_records) as bigint) as records
        {%- for part in parts[1:] %},
        {{ whence.sum_double(side ~ '_' ~ part) }} as {{ part }}
        {%- endfor %}
    from node_leaves
    where {{ side }}_records > 0
    group by analysis, analysis_group, metric, kind{% if depth == 1 %}, dimensions, segment{% endif %}
    {%- if depth == 0 or side == 'baseline' %}

    union all
    {% endif %}
    {%- endfor %}
    {%- endfor %}

)

select
    analysis,
    analysis_group,
    side,
    dimensions,
    segment,
    depth,
    false as is_folded,
    records,
    metric,
    kind,
    amount as numerator,
    size as denominator,
    case when kind = 'additive' then amount else {{ whence.safe_divide('amount', 'size') }} end as metric_value,
    nn,
    nd,
    dd
from summed
{%- endmacro -%}
