{#-
  The rows of an analysis reduced to cells: one per side and combination of all dimensions, names cleaned. The one scan
  of the relation's values; everything additive that follows is built from cells.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  sides: as metric_sides returns it.
  slots: as metric_slots returns it, for all analyses that share the table.
  n_dimensions: how many dimension columns the table has.
  Columns: analysis, analysis_group, side, dimension_1 ..., records, the slots.
-#}
{%- macro metric_cells(resolved, relation, baseline, sides, slots, n_dimensions) -%}
  {%- set by_slot = {} -%}
  {%- set values = [] -%}
  {%- for measure in resolved.measures -%}
    {%- do by_slot.update({measure.slot: measure}) -%}
    {%- do values.append({'name': measure.slot, 'sql': measure.sql}) -%}
  {%- endfor -%}
  {%- set n = resolved.dimensions | length -%}
select
    members.analysis,
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    members.side
    {%- for i in range(n_dimensions) %},
    {% if i < n -%}
    {{ whence.segment_value(
        whence.to_text('row_groups.dimension_' ~ (i + 1), resolved.dimensions[i].data_type), resolved.dimensions[i].is_normalized
    ) }}
    {%- else -%}
    {{ whence.text_literal(none) }}
    {%- endif %} as dimension_{{ i + 1 }}
    {%- endfor %},
    cast(sum(row_groups.records) as bigint) as records
    {%- for slot in slots %},
    {% if slot.slot in by_slot -%}
    {{ whence.aggregate_measure(by_slot[slot.slot], 'row_groups.' ~ slot.slot, false) }}
    {%- else -%}
    cast(null as {{ slot.type }})
    {%- endif %} as {{ slot.slot }}
    {%- endfor %}
from (
    select
        side_no
        {%- for i in range(n) %},
        dimension_{{ i + 1 }}
        {%- endfor %},
        count(*) as records
        {%- for measure in resolved.measures %},
        {{ whence.aggregate_measure(measure, measure.slot, true) }} as {{ measure.slot }}
        {%- endfor %}
    from (
        {{ whence.metric_side_rows(resolved, relation, baseline, sides, values) }}
    ) as side_rows
    group by 1{% for i in range(n) %}, {{ i + 2 }}{% endfor %}
) as row_groups
inner join {{ whence.metric_members(sides) }} as members on row_groups.side_no = members.side_no
group by 1, 2, 3{% for i in range(n) %}, {{ i + 4 }}{% endfor %}
{%- endmacro -%}
