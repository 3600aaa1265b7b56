{#-
  Sums over units (or days) of products of what a unit has in a segment, for every reported segment: a scan of the rows
  of its own, for analyses with a unit or of daily totals. A record whose unit is null is a unit by itself.

  resolved, relation, baseline, sides, sets, rule, has_other: as in metric_moments.
  metrics: those with errors.
  Columns: analysis, side, dimensions, segment, n_days (days of the side; null for units), and of the slots a and b that
  errors name: sum_a (over the segment), total_a (over the whole), product_a_b, product_a_b_total (b within the whole).
-#}
{%- macro metric_unit_products(resolved, metrics, relation, baseline, sides, sets, rule, has_other) -%}
  {%- set names = resolved.dimensions | map(attribute='name') | list -%}
  {%- set slots = [] -%}
  {%- set pairs = [] -%}
  {%- for metric in metrics -%}
    {%- set parts = [metric.errors.n, metric.errors.d] | reject('none') | list -%}
    {%- for part in parts if part not in slots -%}
      {%- do slots.append(part) -%}
    {%- endfor -%}
    {%- for first in parts -%}
      {%- for second in parts -%}
        {%- for ends in ['', '_total'] if [first, second, ends] not in pairs -%}
          {%- do pairs.append([first, second, ends]) if ends or [first, second] == [first, second] | sort -%}
        {%- endfor -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set keys = whence.metric_unit_keys(resolved, rule) | map(attribute='name') | list -%}
with unit_rows as (

    {{ whence.metric_unit_rows(resolved, relation, baseline, sides, rule, slots) }}

),

with_totals as (
    select
        *
        {%- for slot in slots %},
        {{ 'max' if slot == 'units' else 'sum' }}({{ slot }}) over unit_window as whole_{{ slot }}
        {%- endfor %}
    from unit_rows
    window unit_window as (partition by analysis, side, {{ keys | join(', ') }})
),

others as (
    select distinct analysis, dimensions, segment
    from {{ sets }}
    where analysis_group = {{ whence.text_literal(resolved.name) }} and reported_segment <> segment
),

products as (
    {%- for positions in [[]] + whence.dimension_sets(names, resolved.max_depth) %}
    {%- set dimensions = [] %}
    {%- set set_names = [] %}
    {%- for i in positions %}
      {%- do dimensions.append('dimension_' ~ (i + 1)) %}
      {%- do set_names.append(names[i]) %}
    {%- endfor %}
    {%- set label = whence.text_literal(whence.dimensions_label(set_names)) %}
    {%- set folds = has_other and positions %}
    {%- set segment_keys = ['segment'] if folds else dimensions %}
    select
        analysis,
        side,
        {{ label }} as dimensions,
        {% if folds %}segment{% else %}{{ whence.segment_label(dimensions) if dimensions else "''" }} as segment{% endif %},
        {{ 'cast(count(*) as ' ~ whence.type_double() ~ ')' if rule == 'day' else 'cast(null as ' ~ whence.type_double() ~ ')' }} as n_days
        {%- for slot in slots %},
        {{ whence.sum_double(slot) }} as sum_{{ slot }}
        {%- endfor %}
        {%- for first, second, ends in pairs %},
        {{ whence.sum_double(first ~ ' * ' ~ ('whole_' if ends else '') ~ second) }} as {{ whence.metric_product_name(first, second, ends) }}
        {%- endfor %}
    from (
        select
            with_totals.analysis,
            with_totals.side
            {%- if folds %},
            case when others.segment is null then {{ whence.segment_label(dimensions) }} else '(other)' end as segment
            {%- else %}
            {%- for dimension in dimensions %},
            {{ dimension }}
            {%- endfor %}
            {%- endif %}
            {%- for slot in slots %},
            {{ 'max' if slot == 'units' else 'sum' }}({{ slot }}) as {{ slot }},
            max(whole_{{ slot }}) as whole_{{ slot }}
            {%- endfor %}
        from with_totals
        {%- if folds %}
        left join others
            on
                with_totals.analysis = others.analysis
                and others.dimensions = {{ label }}
                and others.segment = {{ whence.segment_label(dimensions) }}
        {%- endif %}
        group by 1, 2{% for key in segment_keys %}, {{ loop.index + 2 }}{% endfor %}, {{ keys | join(', ') }}
    ) as segment_units
    group by analysis, side{% for key in segment_keys %}, {{ key }}{% endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    analysis,
    side,
    dimensions,
    segment,
    max(case when dimensions = '' then n_days end) over side_window as n_days
    {%- for slot in slots %},
    sum_{{ slot }},
    max(case when dimensions = '' then sum_{{ slot }} end) over side_window as total_{{ slot }}
    {%- endfor %}
    {%- for first, second, ends in pairs %},
    {{ whence.metric_product_name(first, second, ends) }}
    {%- endfor %}
from products
window side_window as (partition by analysis, side)
{%- endmacro -%}
