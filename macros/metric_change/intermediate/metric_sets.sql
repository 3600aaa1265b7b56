{#-
  The segments of every dimension set of an analysis, and its total, from the cells.

  resolved: as resolve_metric_analysis returns it.
  cells: relation or CTE with the columns of metric_cells.
  slots: as metric_slots returns it.
  Columns: analysis, analysis_group, side, dimensions ('' for the total), segment, depth, is_leaf, is_blank,
  segment_json, other_json, records, reported_segment, the slots. reported_segment is (other) for what lies beyond max_segments or
  below min_records and min_support, else the segment; other_json is segment_json of (other).
-#}
{%- macro metric_sets(resolved, cells, slots) -%}
  {%- set names = resolved.dimensions | map(attribute='name') | list -%}
  {%- set by_slot = {} -%}
  {%- for measure in resolved.measures -%}
    {%- do by_slot.update({measure.slot: measure}) -%}
  {%- endfor -%}
select
    analysis,
    analysis_group,
    side,
    dimensions,
    segment,
    depth,
    is_leaf,
    is_blank,
    segment_json,
    other_json,
    records,
    case
        when depth = 0 then segment
        when
            dense_rank() over (
                partition by analysis, dimensions
                order by segment_records desc, {{ whence.text_order('segment') }}
            ) <= {{ resolved.max_segments }}
            and max_records >= {{ resolved.min_records }}
            {%- if resolved.min_support > 0 %}
            and max_support >= {{ resolved.min_support }}
            {%- endif %}
            then segment
        else '(other)'
    end as reported_segment
    {%- for slot in slots %},
    {{ slot.slot }}
    {%- endfor %}
from (
    select
        *,
        sum(records) over (partition by analysis, dimensions, segment) as segment_records,
        max(records) over (partition by analysis, dimensions, segment) as max_records
        {%- if resolved.min_support > 0 %},
        max(support) over (partition by analysis, dimensions, segment) as max_support
        {%- endif %}
    from (
        {%- for positions in [[]] + whence.dimension_sets(names, resolved.max_depth) %}
        {%- set values = [] %}
        {%- set set_names = [] %}
        {%- set others = {} %}
        {%- for i in positions %}
          {%- do values.append('dimension_' ~ (i + 1)) %}
          {%- do others.update({names[i]: '(other)'}) %}
          {%- do set_names.append(names[i]) %}
        {%- endfor %}
        select
            analysis,
            analysis_group,
            side,
            {{ whence.text_literal(whence.dimensions_label(set_names)) }} as dimensions,
            {{ whence.segment_label(values) if values else "''" }} as segment,
            {{ positions | length }} as depth,
            {{ 'true' if positions and positions | length == names | length else 'false' }} as is_leaf,
            {% if values %}{{ "'(blank)' in (" ~ values | join(', ') ~ ')' }}{% else %}false{% endif %} as is_blank,
            {{ whence.segment_json(set_names, values) if values else "'{}'" }} as segment_json,
            {{ whence.text_literal(tojson(others)) }} as other_json,
            records
            {%- if resolved.min_support > 0 %},
            {{ whence.safe_divide('records', 'sum(records) over (partition by analysis, side)') }} as support
            {%- endif %}
            {%- for slot in slots %},
            {{ slot.slot }}
            {%- endfor %}
        from (
            select
                analysis,
                analysis_group,
                side
                {%- for value in values %},
                {{ value }}
                {%- endfor %},
                cast(sum(records) as bigint) as records
                {%- for slot in slots %},
                {% if slot.slot in by_slot -%}
                {{ whence.aggregate_measure(by_slot[slot.slot], slot.slot, false) }}
                {%- else -%}
                cast(null as {{ slot.type }})
                {%- endif %} as {{ slot.slot }}
                {%- endfor %}
            from {{ cells }}
            where analysis_group = {{ whence.text_literal(resolved.name) }}
            group by 1, 2, 3{% for value in values %}, {{ loop.index + 3 }}{% endfor %}
        ) as set_{{ loop.index0 }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as set_rows
) as ranked_sets
{%- endmacro -%}
