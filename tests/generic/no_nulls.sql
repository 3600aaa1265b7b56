{#-
  Fails for every row that has a null in one of the columns: not_null for several columns in one scan.

  columns: list of column names.
-#}
{% test no_nulls(model, columns) %}

select *
from {{ model }}
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}{{ whence.quote_identifier(column) }} is null
    {%- endfor %}

{% endtest %}
