{#-
  SQL that aggregates a measure.

  measure: {'op', 'scale', ...} of a resolved analysis.
  expression: what to aggregate.
  from_rows: true over rows, false over partial results.
-#}
{%- macro aggregate_measure(measure, expression, from_rows) -%}
  {%- set type = whence.type_double() if measure.scale is none else whence.type_exact(measure.scale) -%}
  {%- if measure.op == 'count' and from_rows -%}
    {{ return('cast(count(' ~ expression ~ ') as ' ~ type ~ ')') }}
  {%- elif measure.op in ['sum', 'count'] and measure.scale is none -%}
    {{ return(whence.sum_double(expression)) }}
  {%- elif measure.op in ['sum', 'count'] -%}
    {{ return('cast(sum(' ~ expression ~ ') as ' ~ type ~ ')') }}
  {%- endif -%}
  {{ return('cast(' ~ measure.op ~ '(' ~ expression ~ ') as ' ~ type ~ ')') }}
{%- endmacro -%}
