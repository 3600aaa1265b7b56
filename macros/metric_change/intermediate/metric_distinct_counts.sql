{#-
  Distinct counts of both sides of an analysis, as wholes: the drivers that count what they name.

  resolved, relation, baseline, sides: as in metric_moments.
  n_counts: how many count columns the table has.
  Columns: analysis, side, distinct_1 ...
-#}
{%- macro metric_distinct_counts(resolved, relation, baseline, sides, n_counts) -%}
{%- set values = [] -%}
{%- for expression in resolved.drivers.distinct -%}
  {%- do values.append({'name': 'counted_' ~ loop.index, 'sql': expression.sql}) -%}
{%- endfor -%}
select
    members.analysis,
    members.side
    {%- for k in range(1, n_counts + 1) %},
    {{ 'count(distinct side_rows.counted_' ~ k ~ ')' if k <= values | length else 'cast(null as bigint)' }} as distinct_{{ k }}
    {%- endfor %}
from (
    {{ whence.metric_side_rows(resolved, relation, baseline, sides, values) }}
) as side_rows
inner join {{ whence.metric_members(sides) }} as members on side_rows.side_no = members.side_no
group by members.analysis, members.side
{%- endmacro -%}
