{#-
  metric_moments of the nodes of a drill-down and of the segments they are split into: N and D are within the node.

  resolved, relation, baseline, sides, rule: as in metric_moments.
  branch_values: relation or CTE with the columns of metric_branch_values, which hold the moments over records.
  branches: relation or CTE with the columns of metric_branches.
  n_dimensions: how many dimension columns the table has.
  Columns: those of metric_moments; analysis is the key of the node, segment '' the node itself.
-#}
{%- macro metric_branch_moments(resolved, relation, baseline, sides, branch_values, branches, rule, n_dimensions) -%}
{%- set metrics = whence.metric_drill_metrics(resolved) -%}
{%- set double = whence.type_double() -%}
{%- set moments = ['nn', 'nd', 'dd', 'nn_total', 'nd_total', 'dn_total', 'dd_total'] -%}
{%- if rule == 'record' -%}
{#- A record lies in one segment: within it and within the whole it is the same. -#}
select
    analysis,
    side,
    dimensions,
    segment,
    metric,
    cast(null as {{ double }}) as n_days
    {%- for moment in moments %},
    {{ moment | replace('_total', '') | replace('dn', 'nd') }} as {{ moment }}
    {%- endfor %}
from {{ branch_values }}
where analysis_group = {{ whence.text_literal(resolved.name) }}
{%- else -%}
{%- set keys = whence.metric_unit_keys(resolved, rule) | map(attribute='name') | list -%}
{%- set slots = [] -%}
{%- for metric in metrics -%}
  {%- for part in [metric.errors.n, metric.errors.d] if part is not none and part not in slots -%}
    {%- do slots.append(part) -%}
  {%- endfor -%}
{%- endfor -%}
{%- set columns = ['cell_rows.side'] -%}
{%- for key in keys -%}
  {%- do columns.append('cell_rows.' ~ key) -%}
{%- endfor -%}
{%- for part in ['n', 'd'] -%}
  {%- do columns.append('cell_rows.' ~ part) -%}
{%- endfor -%}
select *
from (
    with unit_rows as (

        {{ whence.metric_unit_rows(resolved, relation, baseline, sides, rule, slots) }}

    ),

    metric_units as (

        select
            cell_rows.analysis,
            cell_rows.side,
            metrics.metric
            {%- for i in range(1, n_dimensions + 1) %},
            {% if i <= resolved.dimensions | length %}cell_rows.dimension_{{ i }}{% else %}{{ whence.text_literal(none) }}{% endif %} as dimension_{{ i }}
            {%- endfor %}
            {%- for key in keys %},
            cell_rows.{{ key }}
            {%- endfor %}
            {%- for part in ['n', 'd'] %},
            {{ whence.metric_part_case(metrics, part, 'cell_rows') }} as {{ part }}
            {%- endfor %}
        from unit_rows as cell_rows
        cross join (
            {%- for metric in metrics %}
            select {{ loop.index0 }} as metric_no, {{ whence.text_literal(metric.name) }} as metric
            {%- if not loop.last %}
            union all
            {%- endif %}
            {%- endfor %}
        ) as metrics

    ),

    node_units as (

        {{ whence.metric_branch_join(
            'metric_units', branches, columns, n_dimensions, 'cell_rows.metric = branches.metric'
        ) }}

    ),

    segment_units as (

        -- a unit's part of each segment, and of the whole node
        select
            *,
            sum(n) over unit_window as whole_n,
            sum(d) over unit_window as whole_d
        from (
            select
                analysis,
                metric,
                side,
                dimensions,
                segment,
                {{ keys | join(', ') }},
                {{ whence.sum_double('n') }} as n,
                {{ whence.sum_double('d') }} as d
            from node_units
            group by analysis, metric, side, dimensions, segment, {{ keys | join(', ') }}
        ) as summed
        window unit_window as (partition by analysis, metric, side, {{ keys | join(', ') }})

    ),

    all_units as (

        select analysis, metric, side, dimensions, segment, n, d, whole_n, whole_d
        from segment_units

        union all

        select
            analysis,
            metric,
            side,
            '' as dimensions,
            '' as segment,
            max(whole_n) as n,
            max(whole_d) as d,
            max(whole_n) as whole_n,
            max(whole_d) as whole_d
        from segment_units
        group by analysis, metric, side, {{ keys | join(', ') }}

    ),

    products as (

        select
            analysis,
            metric,
            side,
            dimensions,
            segment,
            cast(count(*) as {{ double }}) as n_units,
            {%- for part in ['n', 'd'] %}
            {{ whence.sum_double(part) }} as sum_{{ part }},
            {%- endfor %}
            {%- for moment in moments %}
            {%- set second = ('whole_' if moment.endswith('_total') else '') ~ moment[1] %}
            {{ whence.sum_double(whence.bounded(moment[0]) ~ ' * ' ~ whence.bounded(second)) }} as {{ moment }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from all_units
        group by analysis, metric, side, dimensions, segment

    ),

    with_wholes as (

        select
            *,
            max(case when dimensions = '' then n_units end) over side_window as n_days,
            max(case when dimensions = '' then sum_n end) over side_window as whole_sum_n,
            max(case when dimensions = '' then sum_d end) over side_window as whole_sum_d
        from products
        window side_window as (partition by analysis, metric, side)

    )

    select
        analysis,
        side,
        dimensions,
        segment,
        metric,
        {% if rule == 'day' -%} n_days {%- else -%} cast(null as {{ double }}) {%- endif %} as n_days
        {%- for moment in moments %},
        {% if rule == 'day' -%}
        {%- set mean = 'sum_' ~ moment[0] ~ ' * ' ~ ('whole_' if moment.endswith('_total') else '') ~ 'sum_' ~ moment[1] -%}
        case when n_days > 1 then ({{ moment }} - {{ mean }} / n_days) * n_days / (n_days - 1) end
        {%- else -%}
        {{ moment }}
        {%- endif %} as {{ moment }}
        {%- endfor %}
    from with_wholes
) as branch_moments
{%- endif -%}
{%- endmacro -%}
