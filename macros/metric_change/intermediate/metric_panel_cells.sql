{#-
  What a regression is fitted to: the leaf segments of every day, with the metric and what is to explain it.

  resolved, relation, baseline, sides: as in metric_moments.
  n_drivers: how many columns x_1 ... the table has.
  Columns: analysis, side, row_date, metric, y, x_1 ... (0 for the sum of no value), one row per leaf segment and day;
  without those that lack an average.
-#}
{%- macro metric_panel_cells(resolved, relation, baseline, sides, n_drivers) -%}
{%- set names = resolved.drivers.nodes | map(attribute='metric') | list -%}
{%- set slot = 'metric_' ~ (names.index(resolved.drivers.metric) + 1) -%}
{%- set expressions = resolved.drivers.expressions -%}
{%- set values = whence.metric_driver_values(resolved, []) -%}
{%- for expression in expressions if expression.sql is not none -%}
  {%- set sql = whence.metric_driver_value(expression.sql) if expression.op in ['sum', 'avg']
    else 'case when ' ~ expression.sql ~ ' is not null then 1 end' -%}
  {%- do values.append({'name': 'x_' ~ expression.slot, 'sql': sql}) -%}
{%- endfor -%}
{%- if resolved.time is not none -%}
  {%- do values.append({'name': 'panel_date', 'sql': resolved.time.sql}) -%}
{%- endif -%}
{%- set n = resolved.dimensions | length -%}
{%- set double = whence.type_double() -%}
select
    members.analysis,
    members.side,
    panel.panel_date as row_date,
    {{ whence.text_literal(resolved.drivers.metric) }} as metric,
    panel.y
    {%- for k in range(1, n_drivers + 1) %},
    {% if k <= expressions | length %}panel.x_{{ k }}{% else %}cast(null as {{ double }}){% endif %} as x_{{ k }}
    {%- endfor %}
from (
    select
        side_no,
        {{ 'panel_date' if resolved.time is not none else 'cast(null as date)' }} as panel_date
        {%- for i in range(n) %},
        dimension_{{ i + 1 }}
        {%- endfor %},
        coalesce({{ whence.sum_double(slot) }}, 0) as y
        {%- for expression in expressions %},
        {% if expression.sql is none -%}
        cast(count(*) as {{ double }})
        {%- elif expression.op == 'avg' -%}
        {{ whence.safe_divide(whence.sum_double('x_' ~ expression.slot), 'count(x_' ~ expression.slot ~ ')') }}
        {%- else -%}
        coalesce({{ whence.sum_double('cast(x_' ~ expression.slot ~ ' as ' ~ double ~ ')') }}, 0)
        {%- endif %} as x_{{ expression.slot }}
        {%- endfor %}
    from (
        {{ whence.metric_side_rows(resolved, relation, baseline, sides, values) }}
        {{ whence.worked_out_once() }}
    ) as side_rows
    group by 1, 2{% for i in range(n) %}, {{ i + 3 }}{% endfor %}
    {%- for expression in expressions if expression.op == 'avg' %}
    {{ 'having' if loop.first else 'and' }} count(x_{{ expression.slot }}) > 0
    {%- endfor %}
) as panel
inner join {{ whence.metric_members(sides) }} as members on panel.side_no = members.side_no
{%- endmacro -%}
