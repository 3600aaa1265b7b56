{#-
  Stops the build where the key of an analysis tells no single row: several rows of a snapshot that pass `where` have it.
  Rows would be matched more than once. A narrow scan of each relation; silent otherwise.

  source: of metric_sources, resolved.
-#}
{%- macro check_metric_keys(source) -%}
  {%- set resolved = source.resolved -%}
  {%- if whence.is_building() and not flags.EMPTY and resolved.key and source.baseline is not none -%}
    {%- set n = resolved.key | length -%}
    {%- for keyed, name in [(source.baseline, source.spec.compare.relation.label), (source.relation, resolved.label)] -%}
      {%- set query -%}
select
    n_keys,
    n_rows
    {%- for i in range(1, n + 1) %},
    key_{{ i }}
    {%- endfor %}
from (
    select
        {%- for i in range(1, n + 1) %}
        cast(key_{{ i }} as {{ whence.type_text() }}) as key_{{ i }},
        {%- endfor %}
        n_rows,
        count(*) over () as n_keys
    from (
        select
            {%- for sql in resolved.key_sql %}
            {{ sql }} as key_{{ loop.index }},
            {%- endfor %}
            count(*) as n_rows
        from {{ whence.metric_rows(resolved, keyed) }}
        where
            {{ resolved.key_sql | join(' is not null and ') }} is not null
            {%- if resolved.where is not none %}
            and {{ resolved.where }}
            {%- endif %}
        group by {{ range(1, n + 1) | join(', ') }}
        having count(*) > 1
    ) as repeated_keys
) as key_texts
order by n_rows desc{% for i in range(1, n + 1) %}, {{ whence.text_order('key_' ~ i) }}{% endfor %}
limit 3
      {%- endset -%}
      {%- set shown = [] -%}
      {%- set found = run_query(query).rows -%}
      {%- for row in found -%}
        {%- set values = [] -%}
        {%- for i in range(n) -%}
          {%- do values.append((row[i + 2] | string | truncate(40, true, '...', 0)).split() | join(' ')) -%}
        {%- endfor -%}
        {%- do shown.append(values | join(' | ') ~ ' (' ~ row[1] ~ ' rows)') -%}
      {%- endfor -%}
      {%- if shown -%}
        {%- do whence.config_error(
          resolved.field ~ '.key', resolved.key | join(', ') ~ ' is not unique in ' ~ name ~ ': ' ~ shown | join(', ')
          ~ (' and ' ~ (found[0][0] - 3) ~ ' more' if found[0][0] > 3 else '')
          ~ '; name columns that tell every row apart, or leave repeated rows out with where'
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
