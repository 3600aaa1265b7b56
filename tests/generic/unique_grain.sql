{#-
  Fails for every combination of columns that occurs more than once; nulls count as a value.

  columns: list of column names, the grain of the model.
-#}
{% test unique_grain(model, columns) %}

{%- set names = [] -%}
{%- for column in columns -%}
    {%- do names.append(whence.quote_identifier(column)) -%}
{%- endfor %}

select
    {{ names | join(',\n    ') }},
    count(*) as n_rows
from {{ model }}
group by {{ names | join(', ') }}
having count(*) > 1

{% endtest %}
