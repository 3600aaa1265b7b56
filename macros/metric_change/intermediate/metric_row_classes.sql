{#-
  The rows of two snapshots matched by key, and what happened to each: added, removed, modified (a dimension or the
  content differs; nulls are equal, doubles must be to the last digit) or identical. One scan of each relation and one
  join; a row with a null in its key has no match.

  resolved: as resolve_metric_analysis returns it, with a key.
  relation, baseline: the relations it reads.
  content: as metric_row_content returns it.
  Columns: row_change; is_baseline and is_current, 1 where the row is there, else null; baseline_<name> and
  current_<name> of the content.
-#}
{%- macro metric_row_classes(resolved, relation, baseline, content) -%}
{%- set sides = whence.metric_sides(resolved, []) -%}
{%- set keys = [] -%}
{%- for sql in resolved.key_sql -%}
  {%- do keys.append({'name': 'key_' ~ loop.index, 'sql': sql}) -%}
{%- endfor -%}
{%- set compared = content | map(attribute='name') | list -%}
{%- for dimension in resolved.dimensions -%}
  {%- do compared.append('dimension_' ~ loop.index) -%}
{%- endfor -%}
select
    case
        when baseline_rows.side_no is null then 'added'
        when current_rows.side_no is null then 'removed'
        {%- for name in compared %}
        when baseline_rows.{{ name }} is distinct from current_rows.{{ name }} then 'modified'
        {%- endfor %}
        else 'identical'
    end as row_change
    {%- for side in ['baseline', 'current'] %},
    case when {{ side }}_rows.side_no is not null then 1 end as is_{{ side }}
    {%- for value in content %},
    {{ side }}_rows.{{ value.name }} as {{ side }}_{{ value.name }}
    {%- endfor %}
    {%- endfor %}
{#- Each subquery names both relations, so that a column has one type on both sides; engines read the one that is left. #}
from (
    select * from (
        {{ whence.metric_side_rows(resolved, relation, baseline, sides, keys + content) }}
    ) as side_rows
    where side_no = 1
) as baseline_rows
full join (
    select * from (
        {{ whence.metric_side_rows(resolved, relation, baseline, sides, keys + content) }}
    ) as side_rows
    where side_no = 2
) as current_rows
    on
        {%- for key in keys %}
        {% if not loop.first %}and {% endif %}baseline_rows.{{ key.name }} = current_rows.{{ key.name }}
        {%- endfor %}
{%- endmacro -%}
