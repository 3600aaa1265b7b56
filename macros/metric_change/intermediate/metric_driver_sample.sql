{#-
  The rows in which identities are searched: those of both sides, at most 20,000, by the hash of the columns that tell
  them apart, so that the same data give the same rows in whatever order.

  resolved, relation, baseline, sides: as in metric_moments.
  shape: {'metrics', 'columns'}: how many columns of each kind the table has, for all analyses.
  Columns: analysis (as declared), row_no, metric_1 ..., column_1 ..., as doubles.
-#}
{%- macro metric_driver_sample(resolved, relation, baseline, sides, shape) -%}
{%- set columns = resolved.drivers.columns | map(attribute='slot') | list -%}
{%- set values = whence.metric_driver_values(resolved, columns) -%}
{%- set double = whence.type_double() -%}
{%- set keys, texts = [], [] -%}
{%- for key in resolved.drivers.sample_keys -%}
  {%- do keys.append({'name': 'key_' ~ loop.index, 'sql': whence.to_text(key.sql, key.data_type)}) -%}
  {%- do texts.append('coalesce(key_' ~ loop.index ~ ", '')") -%}
{%- endfor -%}
select
    {{ whence.text_literal(resolved.name) }} as analysis,
    cast(row_number() over (order by row_hash
        {%- for value in values %}, {{ value.name }}{% endfor %}) as integer) as row_no
    {%- for kind, count in [('metric', shape.metrics), ('column', shape.columns)] %}
    {%- for i in range(count) %}
    {%- set slot = kind ~ '_' ~ (i + 1) %},
    {{ slot if slot in values | map(attribute='name') else 'cast(null as ' ~ double ~ ')' }} as {{ slot }}
    {%- endfor %}
    {%- endfor %}
from (
    select
        md5({{ texts | join(" || '|' || ") or "''" }}) as row_hash
        {%- for value in values %},
        {{ value.name }}
        {%- endfor %}
    from (
        {{ whence.metric_side_rows(resolved, relation, baseline, sides, values + keys) }}
    ) as side_rows
    order by 1{% for value in values %}, {{ loop.index + 1 }}{% endfor %}
    limit 20000
) as hashed_rows
{%- endmacro -%}
