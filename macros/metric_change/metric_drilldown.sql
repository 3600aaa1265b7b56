{#-
  The tree of what moved a metric: each node a segment of its parent, down to where noise, size or depth ends it.

  branches: relation or CTE with the columns of metric_branches.
  changes: relation or CTE with the columns of metric_changes of the nodes' splits (metric_branch_values).
  tests: relation or CTE with family, key and bhy_q.
  windows: relation or CTE with analysis and period_end.
  Columns: those of metric_drilldown (docs/metric_change.md).
-#}
{%- macro metric_drilldown(branches, changes, tests, windows) -%}
{%- set parent = whence.segment_label(['branches.analysis', 'branches.metric', 'branches.parent_path']) -%}
with recursive splits as (

    -- within the segments of a node, which way did rates move on balance?
    select
        analysis,
        sum(rate_effect) as rate_effect
    from {{ changes }}
    group by analysis

),

nodes as (

    select
        branches.*,
        windows.period_end,
        changes.share_of_change as share_of_parent,
        tests.bhy_q as q_value,
        coalesce(
            branches.kind in ('average', 'ratio')
            and (splits.rate_effect > 0 and branches.change < 0 or splits.rate_effect < 0 and branches.change > 0)
            and abs(splits.rate_effect) > 1e-9 * abs(branches.change),
            false
        ) as is_simpson
    from {{ branches }} as branches
    inner join {{ windows }} as windows on branches.analysis = windows.analysis
    left join splits on {{ whence.metric_branch_key('branches') }} = splits.analysis
    left join {{ changes }} as changes
        on
            {{ parent }} = changes.analysis
            and branches.dimension = changes.dimensions
            and branches.segment = changes.segment
    left join {{ tests }} as tests
        on
            changes.segment = tests.key
            and {{ whence.metric_test_family('metric_drilldown', 'unexpected_change', 'changes') }} = tests.family

),

kept as (

    -- what is no more than noise ends a path; without a test (no error is known) it goes on
    select
        nodes.*,
        nodes.change as total_change,
        case when nodes.change <> 0 then cast(1 as {{ whence.type_double() }}) end as share_of_total
    from nodes
    where nodes.depth = 0

    union all

    select
        nodes.*,
        kept.total_change,
        case
            when nodes.kind = 'additive' and kept.total_change <> 0 then nodes.change / kept.total_change
            else {{ whence.safe_multiply('nodes.share_of_parent', 'kept.share_of_total') }}
        end as share_of_total
    from nodes
    inner join kept
        on nodes.analysis = kept.analysis and nodes.metric = kept.metric and nodes.parent_path = kept.path
    where coalesce(nodes.q_value, 0) <= nodes.max_q

),

parents as (

    select distinct
        analysis,
        metric,
        parent_path
    from kept

),

stopped as (

    select
        kept.*,
        case
            when parents.parent_path is not null then null
            when kept.n_dimensions_left = 0 then 'no_dimension'
            when kept.split_no is null then 'depth'
            when kept.n_supported = 0 then 'support'
            when kept.n_contributing = 0 then 'contribution'
            else 'q'
        end as stop_reason
    from kept
    left join parents
        on kept.analysis = parents.analysis and kept.metric = parents.metric and kept.path = parents.parent_path

)

select
    analysis,
    period_end,
    metric,
    path,
    parent_path,
    depth,
    dimension,
    segment,
    aliases,
    change,
    share_of_parent,
    share_of_total,
    gross_up,
    gross_down,
    q_value,
    split_dimension,
    is_simpson,
    stop_reason,
    case stop_reason
        when 'no_dimension'
            then 'What else tells the rows of ' || path || ' apart? Declare another dimension, or look at the drivers of the change.'
        when 'depth' then 'What moved within ' || path || '? Raise drilldown.max_depth to split it further.'
        else
            case
                when next_dimension is null then 'What do all parts of ' || path || ' share? '
                else 'Does ' || next_dimension || ' tell more about ' || path || '? '
            end
            || 'No ' || split_dimension
            || case stop_reason
                when 'support' then ' reaches min_records and min_support.'
                when 'contribution' then ' alone reaches drilldown.min_share of its change.'
                when 'q' then ' moved otherwise than the rest by more than noise.'
            end
    end as next_question
from stopped
{%- endmacro -%}
