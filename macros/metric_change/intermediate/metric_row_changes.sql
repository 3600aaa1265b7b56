{#-
  Every metric of an analysis over the rows that were added, removed, modified and left as they were between two
  snapshots, long, in doubles: the cast that ends exact arithmetic happens here. All four classes are there for both
  sides of every metric. No select at all ('') for an analysis without a key.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  Columns: analysis, row_change, side, metric, row_kind and is_exact (see metric_row_metrics), n_rows (of the class),
  metric_value (0 for sums and counts of nothing; null for averages and ratios), numerator, denominator (of those).
-#}
{%- macro metric_row_changes(resolved, relation, baseline) -%}
{%- if resolved.key and baseline is not none -%}
  {%- set sides = ['baseline', 'current'] -%}
  {%- set content = whence.metric_row_content(resolved) -%}
  {%- set content_of = {} -%}
  {%- for value in content -%}
    {%- do content_of.update({value.expression: value.name}) -%}
  {%- endfor -%}
  {%- set metrics = whence.metric_row_metrics(resolved) -%}
  {%- set used = [] -%}
  {%- set choices = {'metric_value': {}, 'numerator': {}, 'denominator': {}} -%}
  {%- for metric in metrics -%}
    {%- set position = loop.index0 -%}
    {%- for part, column in metric.parts.items() -%}
      {%- set name = 'class_sides.' ~ column -%}
      {%- set value = whence.metric_double(name) -%}
      {%- if part == 'metric_value' and metric.row_kind == 'additive' -%}
        {%- set value = 'case when ' ~ name ~ ' is null then 0 else ' ~ value ~ ' end' -%}
      {%- endif -%}
      {%- do choices[part].update({position: value}) -%}
      {%- do used.append(column) if column not in used -%}
    {%- endfor -%}
  {%- endfor -%}
with row_classes as (

    {{ whence.metric_row_classes(resolved, relation, baseline, content) }}

),

classes as {{ whence.materialized() }}(

    select
        row_change,
        count(*) as n_rows
        {%- for side in sides %},
        count(is_{{ side }}) as {{ side }}_records
        {%- for measure in resolved.measures if measure.slot in used %},
        {{ whence.aggregate_measure(measure, side ~ '_' ~ content_of[measure.sql], true) }} as {{ side }}_{{ measure.slot }}
        {%- endfor %}
        {%- for metric in metrics if metric.column in used %}
        {%- set value = side ~ '_' ~ content_of[metric.sql] %},
        {% if metric.kind == 'distinct' -%}
        case when count(is_{{ side }}) > 0 then cast(count(distinct {{ value }}) as {{ whence.type_double() }}) end
        {%- else -%}
        {{ whence.percentile(value, 0.5) }}
        {%- endif %} as {{ side }}_{{ metric.column }}
        {%- endfor %}
        {%- endfor %}
    from row_classes
    group by row_change

),

class_sides as (
    {%- for side in sides %}

    select
        row_change,
        {{ whence.text_literal(side) }} as side,
        n_rows
        {%- for column in used %},
        {{ side }}_{{ column }} as {{ column }}
        {%- endfor %}
    from classes
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

class_names as (
    {%- for row_change in ['added', 'removed', 'modified', 'identical'] %}
    {%- set is_last = loop.last %}
    {%- for side in sides %}
    select {{ whence.text_literal(row_change) }} as row_change, {{ whence.text_literal(side) }} as side
    {%- if not is_last or not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

metrics as (
    {%- for metric in metrics %}
    select
        {{ loop.index0 }} as metric_no,
        {{ whence.text_literal(metric.name) }} as metric,
        {{ whence.text_literal(metric.row_kind) }} as row_kind,
        {{ metric.is_exact }} as is_exact
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    {{ whence.text_literal(resolved.name) }} as analysis,
    class_names.row_change,
    class_names.side,
    metrics.metric,
    metrics.row_kind,
    metrics.is_exact,
    coalesce(class_sides.n_rows, 0) as n_rows
    {%- for part, positions in choices.items() %},
    {{ whence.metric_case(positions) }} as {{ part }}
    {%- endfor %}
from class_names
cross join metrics
left join class_sides on class_names.row_change = class_sides.row_change and class_names.side = class_sides.side
{%- endif -%}
{%- endmacro -%}
