{#-
  The rows in which identities are searched: those of both sides, at most 20,000, by the hash of what they hold, so that
  the same data give the same rows in whatever order.

  resolved, relation, baseline, sides: as in metric_moments.
  shape: {'metrics', 'columns'}: how many columns of each kind the table has, for all analyses.
  Columns: analysis (as declared), row_no, metric_1 ..., column_1 ..., as doubles.
-#}
{%- macro metric_driver_sample(resolved, relation, baseline, sides, shape) -%}
{%- set columns = resolved.drivers.columns | map(attribute='slot') | list -%}
{%- set values = whence.metric_driver_values(resolved, columns) -%}
{%- set keys = [] -%}
{%- for name in resolved.unit + resolved.key -%}
  {%- do keys.append({
    'name': 'key_' ~ loop.index, 'sql': 'cast(' ~ whence.quote_identifier(name) ~ ' as ' ~ whence.type_text() ~ ')',
  }) -%}
{%- endfor -%}
{%- set double = whence.type_double() -%}
{#- Doubles are dear to write as text; they are only hashed where nothing else tells rows apart. -#}
{%- set hashed, doubles = [], [] -%}
{%- for dimension in resolved.dimensions -%}
  {%- do hashed.append(whence.to_text('dimension_' ~ loop.index, dimension.data_type)) -%}
{%- endfor -%}
{%- for column in resolved.drivers.columns -%}
  {%- set raw = {'name': 'raw_' ~ loop.index, 'sql': whence.to_text(column.sql, column.data_type)} -%}
  {%- if whence.type_family(column.data_type) == 'double' -%}
    {%- do doubles.append(raw) -%}
  {%- else -%}
    {%- do keys.append(raw) -%}
  {%- endif -%}
{%- endfor -%}
{%- if resolved.time is not none -%}
  {%- do keys.append({'name': 'key_date', 'sql': whence.to_text(resolved.time.sql, 'date')}) -%}
{%- endif -%}
{%- set keys = keys + ([] if keys | length > 1 else doubles) -%}
{%- set hashed = hashed + keys | map(attribute='name') | list -%}
{%- set texts = [] -%}
{%- for name in hashed -%}
  {%- do texts.append('coalesce(' ~ name ~ ", '')") -%}
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
