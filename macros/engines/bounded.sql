{#-
  A double whose square stays within the range of doubles, on engines where leaving it stops the query: sizes below
  1e-30 become 0, those above 1e30 and NaN become 1e30. Elsewhere the double itself. Whoever sums squares takes a sum
  of 1e60 or more as unknown.

  expression: SQL of type double.
-#}
{%- macro bounded(expression) -%}
  {{ return(adapter.dispatch('bounded', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__bounded(expression) -%}
  {{ return(expression) }}
{%- endmacro -%}

{%- macro postgres__bounded(expression) -%}
  {{ return(
    'case when abs(' ~ expression ~ ') < 1e-30 then 0 when abs(' ~ expression ~ ') > 1e30 then 1e30 else ' ~ expression
    ~ ' end'
  ) }}
{%- endmacro -%}
