{#-
  Fails for every group whose parts do not sum to the whole. The tolerance is 1e-9 of the whole, and 1e-12 of the sum
  of the sizes of the parts, which is what rounding can do where parts of both signs cancel.

  parts: column to sum.
  by: columns that make a group of parts.
  whole: column of `to` that the parts must sum to.
  to: relation that holds the wholes; joined on those of `by` that it has (match).
  match: columns of `by` to join on; default: all that `to` has.
-#}
{% test closes(model, parts, by, whole, to, match=none) %}

{%- set matched = match or [] -%}
{%- if match is none and execute -%}
    {%- set names = adapter.get_columns_in_relation(to) | map(attribute='name') | list -%}
    {%- set matched = by | select('in', names) | list -%}
{%- endif %}

with groups as (

    select
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        sum({{ parts }}) as parts_total,
        sum(abs({{ parts }})) as parts_size
    from {{ model }}
    group by {% for column in by %}{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}

),

compared as (

    select
        {%- for column in by %}
        groups.{{ column }},
        {%- endfor %}
        groups.parts_total,
        groups.parts_size,
        wholes.{{ whole }} as whole_value
    from groups
    left join {{ to }} as wholes
        on
            1 = 1
            {%- for column in matched %}
            and groups.{{ column }} = wholes.{{ column }}
            {%- endfor %}

)

select *
from compared
where
    (parts_total is null) <> (whole_value is null)
    or abs(parts_total - whole_value) > 1e-9 * abs(whole_value) + 1e-12 * parts_size

{% endtest %}
