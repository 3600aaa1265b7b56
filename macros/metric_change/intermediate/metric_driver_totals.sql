{#-
  Both sides of every metric that has drivers, as a whole: of identities, of ratio metrics, and of chains of distinct
  counts.

  analyses: list of resolved analyses.
  driver_changes: relation or CTE with the columns of metric_driver_changes.
  metric_values: relation or CTE with the columns of metric_values.
  windows: relation or CTE with the columns of metric_windows.
  distinct: relation or CTE with the columns of metric_distinct_counts.
  n_drivers: how many factor columns there are.
  Columns: analysis, analysis_group, period_end, metric, driver_set (identity, rate), form (product, sum, none), constant,
  calendar_scale, and per side value, modelled (null without an identity), factor_1 ... (null where distinct counts of
  windows of different lengths would be compared, which do not grow with the days)
-#}
{%- macro metric_driver_totals(analyses, driver_changes, metric_values, windows, distinct, n_drivers) -%}
{%- set sides = ['baseline', 'current'] -%}
{%- set double = whence.type_double() -%}
{#- Values of declared metrics are those of every other table, exact where they can be. -#}
{%- set roots = [] -%}
{%- for resolved in analyses if resolved.drivers is not none -%}
  {%- for node in resolved.drivers.nodes -%}
    {%- do roots.append([resolved.name, node.metric, node.kind]) -%}
  {%- endfor -%}
{%- endfor -%}
select
    driver_changes.analysis,
    driver_changes.analysis_group,
    driver_changes.period_end,
    driver_changes.metric,
    'identity' as driver_set,
    driver_changes.form,
    driver_changes.constant,
    driver_changes.calendar_scale
    {%- for side in sides %},
    case
        when driver_changes.metric is null then null
        {%- for group, metric, kind in roots %}
        when driver_changes.analysis_group = {{ whence.text_literal(group) }} and driver_changes.metric = {{ whence.text_literal(metric) }}
            then {% if kind == 'average' -%}
                {{ side }}_values.metric_value
                {%- else -%}
                coalesce({{ side }}_values.metric_value, 0){{ ' * windows.baseline_scale' if side == 'baseline' }}
                {%- endif %}
        {%- endfor %}
        else driver_changes.{{ side }}_value
    end as {{ side }}_value,
    driver_changes.{{ side }}_modelled
    {%- for k in range(1, n_drivers + 1) %},
    driver_changes.{{ side }}_factor_{{ k }}
    {%- endfor %}
    {%- endfor %}
from {{ driver_changes }} as driver_changes
inner join {{ windows }} as windows on driver_changes.analysis = windows.analysis
{%- for side in sides %}
left join {{ metric_values }} as {{ side }}_values
    on
        driver_changes.analysis = {{ side }}_values.analysis
        and driver_changes.metric = {{ side }}_values.metric
        and {{ side }}_values.side = '{{ side }}'
        and {{ side }}_values.depth = 0
{%- endfor %}
where driver_changes.depth = 0
{%- for resolved in analyses if resolved.drivers is not none %}
{%- for ratio in resolved.drivers.ratios %}
{#- Parts that add up are scaled to the length of the current window, as everywhere. -#}
{%- set additive = resolved.metrics | selectattr('kind', 'equalto', 'additive') | map(attribute='name') | list -%}
{%- set is_additive = ratio.numerator in additive and ratio.denominator in additive -%}
{%- set baseline_scale = 'max(windows.baseline_scale)' if is_additive else 'max(case when windows.baseline_scale = 1 then 1 end)' -%}
{%- set current_scale = '1' if is_additive else baseline_scale %}

union all

select
    metric_values.analysis,
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    max(windows.period_end) as period_end,
    {{ whence.text_literal(ratio.metric) }} as metric,
    'identity' as driver_set,
    'product' as form,
    cast(1 as {{ double }}) as constant,
    cast(1 as {{ double }}) as calendar_scale
    {%- for side in sides %}
    {%- set of_side = "max(case when metric_values.side = '" ~ side ~ "' then metric_values." %}
    {%- set factor = baseline_scale if side == 'baseline' else current_scale %},
    {{ of_side }}metric_value end) as {{ side }}_value,
    {{ of_side }}metric_value end) as {{ side }}_modelled
    {%- for k in range(1, n_drivers + 1) %},
    {% if k == 1 -%}
    {{ of_side }}numerator end) * {{ factor }}
    {%- elif k == 2 -%}
    {{ whence.safe_divide('1.0', of_side ~ 'denominator end) * ' ~ factor) }}
    {%- else -%}
    cast(1 as {{ double }})
    {%- endif %} as {{ side }}_factor_{{ k }}
    {%- endfor %}
    {%- endfor %}
from {{ metric_values }} as metric_values
inner join {{ windows }} as windows on metric_values.analysis = windows.analysis
where
    windows.analysis_group = {{ whence.text_literal(resolved.name) }}
    and windows.has_baseline = 1
    and metric_values.depth = 0
    and metric_values.metric = {{ whence.text_literal(ratio.metric) }}
group by metric_values.analysis
{%- endfor %}
{%- if resolved.drivers.distinct %}
{%- set n_counts = resolved.drivers.distinct | length %}

union all

select
    analysis,
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    period_end,
    {{ whence.text_literal(resolved.drivers.metric) }} as metric,
    'rate' as driver_set,
    'product' as form,
    cast(1 as {{ double }}) as constant,
    cast(1 as {{ double }}) as calendar_scale
    {%- for side in sides %},
    {{ side }}_value,
    {{ side }}_value as {{ side }}_modelled
    {%- for k in range(1, n_drivers + 1) %},
    {% if k == 1 -%}
    case when baseline_scale = 1 then {{ side }}_count_1 end
    {%- elif k <= n_counts + 1 -%}
    {#- a side without rows takes the rates of the other -#}
    {%- set rates = [] -%}
    {%- for rate_side in [side] + (sides | reject('equalto', side) | list) -%}
        {%- do rates.append(whence.safe_divide(
            rate_side ~ ('_count_' ~ k if k <= n_counts else '_value'), rate_side ~ '_count_' ~ (k - 1)
        )) -%}
    {%- endfor -%}
    case when baseline_scale = 1 then coalesce({{ rates | join(', ') }}, 0) end
    {%- else -%}
    cast(1 as {{ double }})
    {%- endif %} as {{ side }}_factor_{{ k }}
    {%- endfor %}
    {%- endfor %}
from (
    select
        driver_changes.analysis,
        driver_changes.period_end,
        driver_changes.baseline_scale,
        driver_changes.baseline_value,
        driver_changes.current_value
        {%- for side in sides %}
        {%- for k in range(1, n_counts + 1) %},
        cast(coalesce(max(
            case when counts.side = '{{ side }}' then counts.distinct_{{ k }} end
        ), 0) as {{ double }}) as {{ side }}_count_{{ k }}
        {%- endfor %}
        {%- endfor %}
    from {{ driver_changes }} as driver_changes
    left join {{ distinct }} as counts on driver_changes.analysis = counts.analysis
    where
        driver_changes.analysis_group = {{ whence.text_literal(resolved.name) }}
        and driver_changes.depth = 0
        and driver_changes.metric = {{ whence.text_literal(resolved.drivers.metric) }}
    group by 1, 2, 3, 4, 5
) as counted
{%- endif %}
{%- endfor %}
{%- endmacro -%}
