{#-
  The slot of the sum over records of the product of two measures. A count is a sum of ones, so that products with
  counts are often in the cells already.

  resolved: of the analysis; measures is updated in place.
  left, right: {'slot', 'op' (records, sum or count), 'sql'}.
-#}
{%- macro metric_product(resolved, left, right) -%}
  {%- if left.op == 'records' -%}
    {{ return(right.slot) }}
  {%- elif right.op == 'records' or right.op == 'count' and left.sql == right.sql -%}
    {{ return(left.slot) }}
  {%- elif left.op == 'count' and left.sql == right.sql -%}
    {{ return(right.slot) }}
  {%- endif -%}
  {%- set factors = [] -%}
  {%- for part in [left, right] -%}
    {%- set value = 'cast(' ~ part.sql ~ ' as ' ~ whence.type_double() ~ ')' if part.op == 'sum'
      else 'case when ' ~ part.sql ~ ' is not null then 1 end' -%}
    {%- do factors.append('(' ~ (whence.bounded(value) if part.op == 'sum' else value) ~ ')') -%}
  {%- endfor -%}
  {{ return(whence.metric_measure(resolved, 'sum', factors | join(' * '), whence.type_double())) }}
{%- endmacro -%}
