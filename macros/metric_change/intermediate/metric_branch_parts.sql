{#-
  Rows within nodes with the part that each has in the change of its node, and the part that equal growth would give.

  rows: what stands behind from.
  nodes: CTE of metric_branches.
  Columns: those of the rows, change and change_size of the node, part, expected_part, part_size (the size of what parts
  are differences of, the same for all parts of a node).
-#}
{%- macro metric_branch_parts(rows, nodes) -%}
{%- set shares = {} -%}
{%- for part in ['amount', 'size'] -%}
  {%- for side in ['baseline', 'current'] -%}
    {%- set share = whence.safe_divide('parts.' ~ side ~ '_' ~ part, 'nodes.' ~ side ~ '_size') -%}
    {%- do shares.update({side ~ '_' ~ part: 'coalesce(' ~ share ~ ', 0)'}) -%}
  {%- endfor -%}
{%- endfor -%}
{%- set ratio_part = '(' ~ shares.current_amount ~ ' - ' ~ shares.baseline_amount ~ ' - '
  ~ whence.safe_multiply(
    shares.current_size ~ ' - ' ~ shares.baseline_size, '(nodes.baseline_rate + nodes.current_rate) / 2'
  ) ~ ')' -%}
select
    parts.*,
    nodes.change,
    nodes.change_size,
    case
        when parts.kind = 'additive' then parts.amount_change
        when abs({{ ratio_part }}) <= 1e-12 * nodes.change_size then 0
        else {{ ratio_part }}
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
