{#-
  Rows within nodes with the part that each has in the change of its node, and the part that equal growth would give.

  rows: what stands behind from.
  nodes: CTE of metric_branches.
  Columns: those of the rows, change and change_size of the node, part, expected_part, part_size (the size of what parts
  are differences of, the same for all parts of a node).
-#}
{%- macro metric_branch_parts(rows, nodes) -%}
select
    parts.*,
    nodes.change,
    nodes.change_size,
    case
        when parts.kind = 'additive' then parts.current_amount - parts.baseline_amount
        else coalesce({{ whence.safe_divide('parts.current_amount', 'nodes.current_size') }}, 0)
            - coalesce({{ whence.safe_divide('parts.baseline_amount', 'nodes.baseline_size') }}, 0)
            - {{ whence.safe_multiply(
                'coalesce(' ~ whence.safe_divide('parts.current_size', 'nodes.current_size') ~ ', 0) - coalesce('
                ~ whence.safe_divide('parts.baseline_size', 'nodes.baseline_size') ~ ', 0)',
                '(nodes.baseline_rate + nodes.current_rate) / 2'
            ) }}
    end as part,
    case
        when abs(nodes.baseline_amount) > 1e-9 * nodes.amount_size
            then {{ whence.safe_multiply(
                'nodes.change', whence.safe_divide('parts.baseline_amount', 'nodes.baseline_amount')
            ) }}
        else 0
    end as expected_part,
    case when parts.kind = 'additive' then nodes.amount_size else nodes.change_size end as part_size
from {{ rows }} as parts
inner join {{ nodes }} as nodes
    on parts.analysis = nodes.analysis and parts.metric = nodes.metric and parts.path = nodes.path
{%- endmacro -%}
