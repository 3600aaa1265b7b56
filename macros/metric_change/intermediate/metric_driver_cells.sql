{#-
  The rows of an analysis reduced to what drivers and misfit of its nodes are made of: one scan, and cells like those of
  metric_cells.

  A row without a value counts for nothing; one that lacks a term of the identity has no products, and all of its value
  is misfit. A misfit of less than 1e-9 of the value, or 1e-12 of the terms of a sum, is rounding and counts as 0.

  resolved, relation, baseline, sides: as in metric_moments.
  nodes: as metric_driver_nodes returns them.
  slots: as metric_slots returns it, for all analyses that share the table.
  n_dimensions: how many dimension columns the table has.
  Columns: analysis, analysis_group, side, dimension_1 ..., records, the slots; see metric_driver_measures.
-#}
{%- macro metric_driver_cells(resolved, relation, baseline, sides, nodes, slots, n_dimensions) -%}
  {%- set used = [] -%}
  {%- for node in nodes -%}
    {%- do used.extend(node.drivers | map(attribute='slot') | list) -%}
  {%- endfor -%}
  {%- set by_slot = {} -%}
  {%- for measure in whence.metric_driver_measures(nodes) -%}
    {%- do by_slot.update({measure.slot: measure}) -%}
  {%- endfor -%}
  {%- set n = resolved.dimensions | length -%}
  {%- set null = 'cast(null as ' ~ whence.type_double() ~ ')' -%}
  {%- set dimensions = [] -%}
  {%- for dimension in resolved.dimensions -%}
    {%- do dimensions.append(whence.segment_value(
      whence.to_text('row_groups.dimension_' ~ loop.index, dimension.data_type), dimension.is_normalized
    )) -%}
  {%- endfor -%}
select
    members.analysis,
    {{ whence.text_literal(resolved.name) }} as analysis_group,
    members.side
    {%- for i in range(n_dimensions) %},
    {% if i < n -%}
    {{ dimensions[i] }}
    {%- else -%}
    {{ whence.text_literal(none) }}
    {%- endif %} as dimension_{{ i + 1 }}
    {%- endfor %},
    cast(sum(row_groups.records) as bigint) as records
    {%- for slot in slots %},
    {% if slot.slot == 'cell_hash' -%}
    cast(max({{ whence.text_hash(dimensions | join(" || chr(31) || ") or "''") }}) as {{ slot.type }})
    {%- elif slot.slot in by_slot -%}
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
        {%- for measure in by_slot.values() if measure.sql is not none %},
        {{ whence.aggregate_measure(measure, measure.sql, true) }} as {{ measure.slot }}
        {%- endfor %}
    from (
        select
            *
            {%- for node in nodes %}
            {%- set i = loop.index %},
            case
                when
                    abs(value_{{ i }} - fitted_{{ i }}) > greatest(
                        1e-9 * abs(value_{{ i }})
                        {%- if node.form == 'sum' %},
                        1e-12 * (
                            {%- for product in node.products %}
                            {{ '+ ' if not loop.first }}abs(product_{{ i }}_{{ loop.index }})
                            {%- endfor %}
                        )
                        {%- endif %}
                    )
                    then value_{{ i }} - fitted_{{ i }}
                when value_{{ i }} is not null then 0
            end as misfit_{{ i }}
            {%- endfor %}
        from (
            select
                side_no
                {%- for i in range(n) %},
                dimension_{{ i + 1 }}
                {%- endfor %}
                {%- for node in nodes %}
                {%- set i = loop.index %},
                {{ node.value }} as value_{{ i }},
                {{ node.weight if node.weight is not none else null }} as weight_{{ i }}
                {%- for product in node.products %},
                case when {{ node.is_complete }} then {{ product }} end as product_{{ i }}_{{ loop.index }}
                {%- endfor %},
                coalesce(
                    case when {{ node.is_complete }} then
                        {%- if node.form == 'product' %}
                        {{ node.constant }} * {{ node.products[-1] }}
                        {%- elif node.form == 'sum' %}
                        {{ node.products | join(' + ') }}
                        {%- else %}
                        0
                        {%- endif %}
                    end, 0
                ) as fitted_{{ i }}
                {%- endfor %}
            from (
                {{ whence.metric_side_rows(resolved, relation, baseline, sides, whence.metric_driver_values(resolved, used)) }}
                {{ whence.worked_out_once() }}
            ) as side_rows
            {{ whence.worked_out_once() }}
        ) as valued_rows
        {{ whence.worked_out_once() }}
    ) as fitted_rows
    group by 1{% for i in range(n) %}, {{ i + 2 }}{% endfor %}
) as row_groups
inner join {{ whence.metric_members(sides) }} as members on row_groups.side_no = members.side_no
group by 1, 2, 3{% for i in range(n) %}, {{ i + 4 }}{% endfor %}
{%- endmacro -%}
