{#-
  What every unit (or day) has in every cell: a scan of the rows of its own.

  resolved, relation, baseline, sides, rule: as in metric_moments.
  slots: list of the slots to sum; of the slot 'units' every unit has one.
  Columns: analysis, side, dimension_1 ..., those of metric_unit_keys, the slots as doubles, 0 for null.
-#}
{%- macro metric_unit_rows(resolved, relation, baseline, sides, rule, slots) -%}
  {%- set units = whence.metric_unit_keys(resolved, rule) -%}
  {%- set keys = units | map(attribute='name') | list -%}
  {%- set measures = resolved.measures | selectattr('slot', 'in', slots) | list -%}
  {%- set values = [] -%}
  {%- for measure in measures -%}
    {%- do values.append({'name': measure.slot, 'sql': measure.sql}) -%}
  {%- endfor -%}
select
    members.analysis,
    members.side
    {%- for dimension in resolved.dimensions %},
    {{ whence.segment_value(
        whence.to_text('row_groups.dimension_' ~ loop.index, dimension.data_type), dimension.is_normalized
    ) }} as dimension_{{ loop.index }}
    {%- endfor %}
    {%- for key in keys %},
    row_groups.{{ key }}
    {%- endfor %}
    {%- for slot in slots %},
    {% if slot == 'units' -%}
    case when row_groups.unit_row is null then 1.0 else 0.0 end
    {%- else -%}
    {{ whence.bounded('coalesce(cast(row_groups.' ~ slot ~ ' as ' ~ whence.type_double() ~ '), 0)') }}
    {%- endif %} as {{ slot }}
    {%- endfor %}
from (
    select
        side_no
        {%- for dimension in resolved.dimensions %},
        dimension_{{ loop.index }}
        {%- endfor %}
        {%- for key in keys %},
        {{ key }}
        {%- endfor %},
        count(*) as records
        {%- for measure in measures %},
        {{ whence.aggregate_measure(measure, measure.slot, true) }} as {{ measure.slot }}
        {%- endfor %}
    from (
        {{ whence.metric_side_rows(resolved, relation, baseline, sides, units + values) }}
    ) as side_rows
    group by side_no
        {%- for dimension in resolved.dimensions %}, dimension_{{ loop.index }}{% endfor %}
        {%- for key in keys %}, {{ key }}{% endfor %}
) as row_groups
inner join {{ whence.metric_members(sides) }} as members on row_groups.side_no = members.side_no
{%- endmacro -%}
