{#-
  By how much the days of the current window change the baseline, were every weekday what it was on average: more days, or
  more of the good ones.

  resolved, relation, baseline, sides: as in metric_moments.
  windows: relation or CTE with the columns of metric_windows.
  Columns: analysis, metric, baseline_days, current_days, calendar_scale (expected / scaled baseline; null where the
  baseline is 0).
-#}
{%- macro metric_calendar_scales(resolved, relation, baseline, sides, windows) -%}
{%- set double = whence.type_double() -%}
{%- set monday = whence.date_literal('2000-01-03') -%}
{%- set names = resolved.drivers.nodes | map(attribute='metric') | list -%}
{%- set slot = 'metric_' ~ (names.index(resolved.drivers.metric) + 1) -%}
{%- set values = whence.metric_driver_values(resolved, []) + [
    {'name': 'day_no', 'sql': whence.days_between(monday, resolved.time.sql)},
] -%}
{%- set counts = [] -%}
{%- for side in ['baseline', 'current'] -%}
  {%- set until = 'cast(' ~ whence.days_between(monday, 'windows.' ~ side ~ '_end') ~ ' - weekdays.weekday as ' ~ double ~ ') / 7' -%}
  {%- set before = 'cast(' ~ whence.days_between(monday, 'windows.' ~ side ~ '_start') ~ ' - 1 - weekdays.weekday as ' ~ double ~ ') / 7' -%}
  {%- do counts.append('floor(' ~ until ~ ') - floor(' ~ before ~ ')') -%}
{%- endfor -%}
select
    analysis,
    {{ whence.text_literal(resolved.drivers.metric) }} as metric,
    sum(baseline_days) as baseline_days,
    sum(current_days) as current_days,
    {{ whence.safe_divide(
        'sum(current_days * coalesce(' ~ whence.safe_divide('weekday_total', 'nullif(baseline_days, 0)') ~ ', mean_total))',
        'sum(weekday_total) * max(baseline_scale)'
    ) }} as calendar_scale
from (
    select
        windows.analysis,
        windows.baseline_scale,
        {{ counts[0] }} as baseline_days,
        {{ counts[1] }} as current_days,
        coalesce(totals.weekday_total, 0) as weekday_total,
        {{ whence.safe_divide(
            'sum(coalesce(totals.weekday_total, 0)) over (partition by windows.analysis)',
            'sum(' ~ counts[0] ~ ') over (partition by windows.analysis)'
        ) }} as mean_total
    from {{ windows }} as windows
    cross join (
        {%- for day in range(7) %}
        select {{ day }} as weekday
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as weekdays
    left join (
        select
            members.analysis,
            day_totals.weekday,
            {{ whence.sum_double('day_totals.day_total') }} as weekday_total
        from (
            select
                side_no,
                ((day_no % 7) + 7) % 7 as weekday,
                {{ whence.sum_double(slot) }} as day_total
            from (
                {{ whence.metric_side_rows(resolved, relation, baseline, sides, values) }}
            ) as side_rows
            group by 1, 2
        ) as day_totals
        inner join {{ whence.metric_members(sides) }} as members on day_totals.side_no = members.side_no
        where members.side = 'baseline'
        group by members.analysis, day_totals.weekday
    ) as totals on windows.analysis = totals.analysis and weekdays.weekday = totals.weekday
    where windows.analysis_group = {{ whence.text_literal(resolved.name) }}
) as weekday_rows
group by analysis
{%- endmacro -%}
