{#-
  Rows with dimension columns, each with the nodes that hold it and are split.

  rows: what stands behind from, with analysis and dimension_1 ...; its alias is cell_rows.
  branches: relation or CTE with the columns of metric_branches.
  columns: select list over cell_rows and branches.
  n_dimensions: how many dimension columns both have.
  condition: what else must hold, over cell_rows and branches.
  Columns: analysis (the key of the node), metric, kind, dimensions, segment, then the columns.
-#}
{%- macro metric_branch_join(rows, branches, columns, n_dimensions, condition) -%}
select
    {{ whence.metric_branch_key('branches') }} as analysis,
    branches.metric,
    branches.kind,
    branches.split_dimension as dimensions,
    {{ whence.metric_branch_choice('branches.split_no', 'cell_rows', n_dimensions) }} as segment,
    {{ columns | join(',\n    ') }}
from {{ rows }} as cell_rows
inner join {{ branches }} as branches
    on
        cell_rows.analysis = branches.analysis
        and branches.split_no is not null
        and {{ condition }}
        {%- for i in range(1, n_dimensions + 1) %}
        and (branches.fixed_{{ i }} is null or cell_rows.dimension_{{ i }} = branches.fixed_{{ i }})
        {%- endfor %}
{%- endmacro -%}
