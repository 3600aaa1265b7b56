{#-
  SQL that is true where row_date lies in a range.

  first, until: ISO texts, the first day in it and the first day behind it.
-#}
{%- macro metric_date_range(first, until) -%}
  {{ return('row_date >= ' ~ whence.date_literal(first) ~ ' and row_date < ' ~ whence.date_literal(until)) }}
{%- endmacro -%}
