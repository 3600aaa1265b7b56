{#-
  Fails for every group whose parts do not sum to the whole, and for every whole without parts. The tolerance is 1e-9 of
  the whole, and 1e-12 of the sum of the sizes of the parts, which is what rounding can do where parts of both signs
  cancel.

  parts: column to sum.
  by: columns that make a group of parts.
  whole: column of `to` that the parts must sum to.
  to: relation that holds the wholes.
  match: columns of `by` to join on; default: all that `to` has.
  wholes: SQL predicate on `to` for the wholes that must have parts; default all, 'false' for none.
-#}
{% test closes(model, parts, by, whole, to, match=none, wholes='true') %}

{%- set matched = match or [] -%}
{%- if match is none and execute -%}
    {%- set names = adapter.get_columns_in_relation(to) | map(attribute='name') | map('lower') | list -%}
    {%- for column in by if column | lower in names -%}
        {%- do matched.append(column) -%}
    {%- endfor -%}
    {%- if not matched -%}
        {%- do whence.config_error(
            'whence.closes.by', by | join(', ') ~ ': no column of ' ~ to ~ ' to match on (' ~ names | join(', ') ~ ')'
        ) -%}
    {%- endif -%}
{%- endif %}

with groups as (

    select
        {%- for column in by %}
        {{ whence.quote_identifier(column) }},
        {%- endfor %}
        sum({{ whence.quote_identifier(parts) }}) as parts_total,
        sum(abs({{ whence.quote_identifier(parts) }})) as parts_size
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
        wholes.{{ whence.quote_identifier(whole) }} as whole_value
    from groups
    left join {{ to }} as wholes
        on
            1 = 1
            {%- for column in matched %}
            and groups.{{ whence.quote_identifier(column) }} = wholes.{{ whence.quote_identifier(column) }}
            {%- endfor %}

),

lonely as (

    select
        {%- for column in by %}
        {% if column in matched %}wholes.{{ whence.quote_identifier(column) }}{% else %}null{% endif %}
            as {{ whence.quote_identifier(column) }},
        {%- endfor %}
        cast(null as {{ whence.type_double() }}) as parts_total,
        cast(null as {{ whence.type_double() }}) as parts_size,
        wholes.{{ whence.quote_identifier(whole) }} as whole_value
    from (select * from {{ to }} where {{ wholes }}) as wholes
    left join groups
        on
            1 = 1
            {%- for column in matched %}
            and groups.{{ whence.quote_identifier(column) }} = wholes.{{ whence.quote_identifier(column) }}
            {%- endfor %}
    where groups.{{ whence.quote_identifier(matched[0] if matched else by[0]) }} is null

)

select *
from compared
where
    (parts_total is null) <> (whole_value is null)
    or abs(parts_total - whole_value) > 1e-9 * abs(whole_value) + 1e-12 * parts_size

union all

select *
from lonely

{% endtest %}
