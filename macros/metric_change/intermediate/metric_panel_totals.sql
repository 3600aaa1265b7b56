{#-
  Both sides of a panel as wholes, the baseline scaled to the length of the current window.

  cells: relation or CTE with the columns of metric_panel_cells.
  windows: relation or CTE with the columns of metric_windows.
  n_drivers: how many columns x_1 ... cells has.
  Columns: analysis, metric, side, n_cells, y, x_1 ..., as doubles.
-#}
{%- macro metric_panel_totals(cells, windows, n_drivers) -%}
{%- set double = whence.type_double() -%}
{%- set scale = "max(case when cells.side = 'baseline' then windows.baseline_scale else 1 end)" -%}
select
    cells.analysis,
    cells.metric,
    cells.side,
    cast(count(*) * {{ scale }} as {{ double }}) as n_cells,
    cast({{ whence.sum_double('cells.y') }} * {{ scale }} as {{ double }}) as y
    {%- for i in range(1, n_drivers + 1) %},
    cast({{ whence.sum_double('cells.x_' ~ i) }} * {{ scale }} as {{ double }}) as x_{{ i }}
    {%- endfor %}
from {{ cells }} as cells
inner join {{ windows }} as windows on cells.analysis = windows.analysis and windows.has_baseline = 1
group by cells.analysis, cells.metric, cells.side
{%- endmacro -%}
