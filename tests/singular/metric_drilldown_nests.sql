{{ config(enabled='metric_change' in var('whence_domains', ['metric_change'])) }}

-- Every node below the total has its parent one step above, which goes on, and its share of the total is its share of
-- the parent times the parent's own.
with metric_drilldown as (

    select * from {{ ref('metric_drilldown') }}

)

select
    nodes.analysis,
    nodes.metric,
    nodes.path,
    nodes.share_of_total,
    nodes.share_of_parent,
    parents.share_of_total as parent_share_of_total
from metric_drilldown as nodes
left join metric_drilldown as parents
    on nodes.analysis = parents.analysis and nodes.metric = parents.metric and nodes.parent_path = parents.path
where
    nodes.depth > 0
    and (
        parents.path is null
        or parents.depth <> nodes.depth - 1
        or parents.stop_reason is not null
        or abs(nodes.share_of_total - nodes.share_of_parent * parents.share_of_total)
        > 1e-9 * (1 + abs(nodes.share_of_total))
    )
