{#-
  avg for a column whose name says that it is a price, a rate or a level (its sum means nothing), else sum.

  column_name: the column's name.
-#}
{%- macro suggested_aggregation(column_name) -%}
  {%- set intensive = '(^|_)(price|rate|ratio|pct|percent|percentage|share|avg|average|mean|median|temp|atemp|temperature|'
    ~ 'score|age|discount|hum|humidity|speed|windspeed|index|margin_pct|rating)($|_)' -%}
  {{ return('avg' if modules.re.search(intensive, column_name | lower) else 'sum') }}
{%- endmacro -%}
