{#-
  What every analysis compared: its windows, how many rows fell on each side, and what was left out.

  specs, windows, dates: relations or CTEs with the columns of int_metric_change__specs, __windows, __dates.
  rules: the same of int_metric_change__variance_rules; none leaves variance_rule out.
  Columns: those of metric_analyses (docs/metric_change.md).
-#}
{%- macro metric_analyses(specs, windows, dates, rules=none) -%}
with placed as (

    -- which rows of each date lie on which side of each window
    select
        windows.analysis,
        dates.records,
        dates.filtered_records,
        dates.unparsed_records,
        case
            when specs.compare_to = 'relation' then case when dates.side = 'baseline' then 1 else 0 end
            when specs.compare_to = 'column' then
                case
                    when dates.side = 'baseline'
                        and (windows.baseline_start is null
                            or dates.row_date between windows.baseline_start and windows.baseline_end)
                        then 1
                    else 0
                end
            when dates.row_date between windows.baseline_start and windows.baseline_end then 1
            else 0
        end as is_baseline,
        case
            when specs.compare_to = 'relation' then case when dates.side = 'current' then 1 else 0 end
            when specs.compare_to = 'column' then
                case
                    when dates.side = 'current'
                        and (windows.current_start is null
                            or dates.row_date between windows.current_start and windows.current_end)
                        then 1
                    else 0
                end
            when specs.compare_to = 'none' and specs.has_window = 0 then 1
            when dates.row_date between windows.current_start and windows.current_end then 1
            else 0
        end as is_current
    from {{ windows }} as windows
    inner join {{ specs }} as specs on windows.analysis_group = specs.analysis
    inner join {{ dates }} as dates on windows.analysis_group = dates.analysis

),

counts as (

    select
        analysis,
        sum(records * is_baseline) as baseline_records,
        sum(records * is_current) as current_records,
        sum(filtered_records) as filtered_records,
        sum(records * (1 - is_baseline) * (1 - is_current)) as excluded_records,
        sum(unparsed_records) as unparsed_records
    from placed
    group by analysis

)

select
    windows.analysis,
    windows.analysis_group,
    specs.relation,
    windows.baseline_start,
    windows.baseline_end,
    windows.current_start,
    windows.current_end,
    windows.period_end,
    windows.baseline_scale,
    {%- for column in ['baseline', 'current', 'filtered', 'excluded', 'unparsed'] %}
    cast(coalesce(counts.{{ column }}_records, 0) as bigint) as {{ column }}_records,
    {%- endfor %}
    specs.dimensions,
    specs.metrics,
    specs.unit,
    {%- if rules is not none %}
    rules.variance_rule,
    {%- endif %}
    specs.spec_json
from {{ windows }} as windows
inner join {{ specs }} as specs on windows.analysis_group = specs.analysis
{%- if rules is not none %}
inner join {{ rules }} as rules on windows.analysis_group = rules.analysis_group
{%- endif %}
left join counts on windows.analysis = counts.analysis
{%- endmacro -%}
