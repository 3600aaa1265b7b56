{#-
  What counts as one independent observation in an analysis: day where the rows are daily totals (every combination of
  all dimensions has at most one row per date), else the declared unit, else the record.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  sides: as metric_sides returns it.
  may_be_daily: false where cells already show that it is not (see metric_daily_candidates); the rows are read otherwise.
  Columns: analysis_group, variance_rule. One row.
-#}
{%- macro metric_variance_rules(resolved, relation, baseline, sides, may_be_daily) -%}
{%- set rule = "'unit'" if resolved.unit else "'record'" -%}
select
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    {% if may_be_daily -%}
    case when max(case when day_date is null then 2 else records end) = 1 then 'day' else {{ rule }} end
    {%- else -%}
    {{ rule }}
    {%- endif %} as variance_rule
{%- if may_be_daily %}
from (
    select
        side_no,
        {%- for dimension in resolved.dimensions %}
        {{ whence.segment_value(
            whence.to_text('dimension_' ~ loop.index, dimension.data_type), dimension.is_normalized
        ) }} as dimension_{{ loop.index }},
        {%- endfor %}
        day_date,
        count(*) as records
    from (
        {{ whence.metric_side_rows(
            resolved, relation, baseline, sides, [{'name': 'day_date', 'sql': resolved.time.sql}]
        ) }}
    ) as side_rows
    group by 1{% for dimension in resolved.dimensions %}, {{ loop.index + 1 }}{% endfor %}, day_date
) as days
{%- endif %}
{%- endmacro -%}
