{#-
  The cross-products of a panel per day: all that least squares with errors clustered by day needs of it.

  cells: relation or CTE with the columns of metric_panel_cells.
  n_drivers: how many columns x_1 ... it has.
  Columns: analysis, metric, row_date, n_cells, y, yy, x_1 ..., xy_1 ..., xx_1_1, xx_1_2 ..., sums over the cells of the
  day, as doubles.
-#}
{%- macro metric_panel_moments(cells, n_drivers) -%}
{%- set double = whence.type_double() -%}
{%- set numbers = range(1, n_drivers + 1) | list -%}
select
    analysis,
    metric,
    row_date,
    cast(count(*) as {{ double }}) as n_cells,
    {{ whence.sum_double('y') }} as y,
    {{ whence.sum_double(whence.safe_multiply('y', 'y')) }} as yy
    {%- for i in numbers %},
    {{ whence.sum_double('x_' ~ i) }} as x_{{ i }},
    {{ whence.sum_double(whence.safe_multiply('x_' ~ i, 'y')) }} as xy_{{ i }}
    {%- for j in numbers if j >= i %},
    {{ whence.sum_double(whence.safe_multiply('x_' ~ i, 'x_' ~ j)) }} as xx_{{ i }}_{{ j }}
    {%- endfor %}
    {%- endfor %}
from {{ cells }}
group by analysis, metric, row_date
{%- endmacro -%}
