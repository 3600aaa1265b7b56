{#-
  Fails for every combination of columns that occurs more than once; nulls count as a value.

  columns: list of column names, the grain of the model.
-#}
{% test unique_grain(model, columns) %}

select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    count(*) as n_rows
from {{ model }}
group by {% for column in columns %}{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
having count(*) > 1

{% endtest %}
