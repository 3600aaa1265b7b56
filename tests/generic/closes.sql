{#-
  Fails for every group whose parts do not sum to the whole, and for every whole without parts. The tolerance is 1e-9 of
  the whole, or of the largest of its sizes, and 1e-12 of the sum of the sizes of the parts, which is what rounding can
  do where parts of both signs cancel.

  parts: column to sum, or list of columns to sum together.
  by: columns that make a group of parts.
  whole: column of `to` that the parts must sum to.
  to: relation that holds the wholes.
  match: columns of `by` to join on; default: all that `to` has.
  wholes: SQL predicate on `to` for the wholes that must have parts; default all, 'false' for none.
  sizes: columns of `to` of which the whole is a difference, so that its tolerance is measured by them; default none.
-#}
{% test closes(model, parts, by, whole, to, match=none, wholes='true', sizes=[]) %}

{%- set part_names = [parts] if parts is string else parts -%}
{#- columns to join on: a name in the parts, and as the wholes spell it -#}
{%- set matched = {} -%}
{%- if execute -%}
    {%- set columns = adapter.get_columns_in_relation(to) -%}
    {%- if not columns -%}
        {%- do whence.config_error(
            'whence.closes.to',
            to ~ ' does not exist yet; build it too, or select tests with --indirect-selection buildable'
        ) -%}
    {%- endif -%}
    {%- for column in (by if match is none else match) -%}
        {%- set found = whence.find_column(column, columns) -%}
        {%- if found is not none -%}
            {%- do matched.update({column: found.name}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if matched | length < (1 if match is none else match | length) -%}
        {%- do whence.config_error(
            'whence.closes.' ~ ('by' if match is none else 'match'),
            (by if match is none else match) | join(', ') ~ ': not a column of ' ~ to ~ ' to match on ('
            ~ columns | map(attribute='name') | join(', ') ~ ')'
        ) -%}
    {%- endif -%}
{%- endif -%}

with wholes as (

    select * from {{ to }}

),

expected as (

    select * from wholes where {{ wholes }}

),

groups as (

    select
        {%- for column in by %}
        {{ whence.quote_identifier(column) }},
        {%- endfor %}
        {%- for part in part_names %}
        {% if not loop.first %}+ {% endif %}sum({{ whence.quote_identifier(part) }})
        {%- endfor %} as parts_total,
        {%- for part in part_names %}
        {% if not loop.first %}+ {% endif %}sum(abs({{ whence.quote_identifier(part) }}))
        {%- endfor %} as parts_size
    from {{ model }}
    group by {% for column in by %}{{ whence.quote_identifier(column) }}{% if not loop.last %}, {% endif %}{% endfor %}

),

compared as (

    select
        {%- for column in by %}
        groups.{{ whence.quote_identifier(column) }},
        {%- endfor %}
        groups.parts_total,
        groups.parts_size,
        wholes.{{ whence.quote_identifier(whole) }} as whole_value,
        greatest(
            abs(wholes.{{ whence.quote_identifier(whole) }})
            {%- for size in sizes %}, abs(wholes.{{ whence.quote_identifier(size) }}){% endfor %}
        ) as whole_size
    from groups
    left join wholes
        on
            1 = 1
            {%- for column, name in matched.items() %}
            and groups.{{ whence.quote_identifier(column) }} = wholes.{{ whence.quote_identifier(name) }}
            {%- endfor %}

),

lonely as (

    select
        {%- for column in by %}
        {% if column in matched %}expected.{{ whence.quote_identifier(matched[column]) }}{% else %}null{% endif %}
            as {{ whence.quote_identifier(column) }},
        {%- endfor %}
        cast(null as {{ whence.type_double() }}) as parts_total,
        cast(null as {{ whence.type_double() }}) as parts_size,
        expected.{{ whence.quote_identifier(whole) }} as whole_value,
        cast(null as {{ whence.type_double() }}) as whole_size
    from expected
    left join groups
        on
            1 = 1
            {%- for column, name in matched.items() %}
            and groups.{{ whence.quote_identifier(column) }} = expected.{{ whence.quote_identifier(name) }}
            {%- endfor %}
    where groups.{{ whence.quote_identifier((matched.keys() | list or by)[0]) }} is null

)

select *
from compared
where
    (parts_total is null) <> (whole_value is null)
    or abs(parts_total - whole_value) > 1e-9 * whole_size + 1e-12 * parts_size

union all

select *
from lonely

{% endtest %}
