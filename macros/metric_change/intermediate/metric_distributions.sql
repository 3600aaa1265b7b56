{#-
  What cells cannot give: distinct counts, medians and percentiles of every segment, from a scan of the rows of their
  own per metric. Only for metrics that ask for it.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  sides: as metric_sides returns it.
  sets: relation or CTE with the columns of metric_sets, for the segments that are reported as (other).
  Columns: analysis, side, dimensions, segment, metric, value, p10 ... p99. No select at all ('') without such metrics.
-#}
{%- macro metric_distributions(resolved, relation, baseline, sides, sets) -%}
  {%- set names = resolved.dimensions | map(attribute='name') | list -%}
  {%- set n = names | length -%}
  {%- set wanted = [] -%}
  {%- for metric in resolved.metrics -%}
    {%- if metric.kind in ['distinct', 'median'] or metric.has_percentiles -%}
      {%- do wanted.append(metric) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for metric in wanted -%}
  {%- set is_distinct = metric.kind == 'distinct' -%}
select * from (
    with clean_rows as (
        select
            members.analysis,
            members.side
            {%- for i in range(n) %},
            {{ whence.segment_value(
                whence.to_text('side_rows.dimension_' ~ (i + 1), resolved.dimensions[i].data_type),
                resolved.dimensions[i].is_normalized
            ) }} as dimension_{{ i + 1 }}
            {%- endfor %},
            side_rows.metric_value
        from (
            select {% if is_distinct %}distinct {% endif %}* from (
                {{ whence.metric_side_rows(
                    resolved, relation, baseline, sides, [{'name': 'metric_value', 'sql': metric.sql}]
                ) }}
            ) as valued_rows
            where metric_value is not null
        ) as side_rows
        inner join {{ whence.metric_members(sides) }} as members on side_rows.side_no = members.side_no
    ),

    others as (
        select distinct analysis, dimensions, segment
        from {{ sets }}
        where analysis_group = {{ whence.text_literal(resolved.name) }} and reported_segment <> segment
    )
    {% for positions in [[]] + whence.dimension_sets(names, resolved.max_depth) %}
    {%- set values = [] %}
    {%- set set_names = [] %}
    {%- for i in positions %}
      {%- do values.append('clean_rows.dimension_' ~ (i + 1)) %}
      {%- do set_names.append(names[i]) %}
    {%- endfor %}
    {%- set label = whence.text_literal(whence.dimensions_label(set_names)) %}
    select
        clean_rows.analysis,
        clean_rows.side,
        {{ label }} as dimensions,
        {% if values -%}
        case when others.segment is null then {{ whence.segment_label(values) }} else '(other)' end
        {%- else -%}
        ''
        {%- endif %} as segment,
        {{ whence.text_literal(metric.name) }} as metric,
        {% if is_distinct -%}
        cast(count(distinct clean_rows.metric_value) as {{ whence.type_double() }})
        {%- elif metric.kind == 'median' -%}
        {{ whence.percentile('clean_rows.metric_value', 0.5) }}
        {%- else -%}
        cast(null as {{ whence.type_double() }})
        {%- endif %} as metric_value
        {%- for share, column in whence.metric_percentiles().items() %},
        {% if metric.has_percentiles and share in resolved.percentiles -%}
        {{ whence.percentile('clean_rows.metric_value', share) }}
        {%- else -%}
        cast(null as {{ whence.type_double() }})
        {%- endif %} as {{ column }}
        {%- endfor %}
    from clean_rows
    {%- if values %}
    left join others
        on
            clean_rows.analysis = others.analysis
            and others.dimensions = {{ label }}
            and others.segment = {{ whence.segment_label(values) }}
    {%- endif %}
    group by 1, 2, 3, 4
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
) as distribution_{{ loop.index }}
  {%- if not loop.last %}
union all
  {% endif -%}
  {%- endfor -%}
{%- endmacro -%}
