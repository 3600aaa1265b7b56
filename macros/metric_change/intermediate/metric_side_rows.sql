{#-
  The rows of an analysis that lie on a side, with the number of their kind: one scan of the relation.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  sides: as metric_sides returns it.
  values: list of {'name', 'sql'}: what else to take along.
  Columns: side_no, dimension_1 ..., the values.
-#}
{%- macro metric_side_rows(resolved, relation, baseline, sides, values) -%}
  {%- set row_date = resolved.time.sql if resolved.time is not none else 'cast(null as date)' -%}
select
    {%- if sides.conditions %}
    case
        {%- for number, condition in sides.conditions %}
        when {{ condition }} then {{ number }}
        {%- endfor %}
    end as side_no
    {%- else %}
    cast(null as integer) as side_no
    {%- endif %}
    {%- for dimension in resolved.dimensions %},
    dimension_{{ loop.index }}
    {%- endfor %}
    {%- for value in values %},
    {{ value.name }}
    {%- endfor %}
from (
    {%- for scan in whence.metric_scans(resolved, relation, baseline) %}
    select
        {{ row_date }} as row_date,
        {{ scan.cohort }} as cohort
        {%- for dimension in resolved.dimensions %},
        {{ dimension.sql if whence.type_family(dimension.data_type) != 'other'
            else whence.to_text(dimension.sql, dimension.data_type) }} as dimension_{{ loop.index }}
        {%- endfor %}
        {%- for value in values %},
        {{ value.sql }} as {{ value.name }}
        {%- endfor %}
    from {{ whence.metric_rows(resolved, scan.relation) }}
    {%- if resolved.where is not none %}
    where {{ resolved.where }}
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
) as declared_rows
{%- if sides.stretches %}
where
    {%- for stretch in sides.stretches %}
    {% if not loop.first %}or {% endif %}({{ stretch }})
    {%- endfor %}
{%- else %}
where 1 = 0
{%- endif %}
{%- endmacro -%}
