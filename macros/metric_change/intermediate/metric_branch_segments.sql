{#-
  The values of each dimension within each node, as a derived table.

  members: CTE of metric_branches with the leaves of each node.
  n: how many dimension columns they have; null in those that an analysis does not use.
-#}
{%- macro metric_branch_segments(members, n) -%}
(
    {%- for i in range(1, n + 1) %}
    select
        analysis,
        analysis_group,
        metric,
        kind,
        path,
        {{ i }} as dimension_no,
        dimension_{{ i }} as segment,
        {{ whence.metric_branch_sums() }}
    from {{ members }}
    where dimension_{{ i }} is not null
    group by analysis, analysis_group, metric, kind, path, dimension_{{ i }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)
{%- endmacro -%}
