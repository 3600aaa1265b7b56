{#-
  A number as text for a sentence, the same on every engine: 1,461,756 from a thousand on, 422.23 from one on, three
  significant digits below (0.0342), 1.2e200 and 2.5e-07 where digits would say nothing. Null stays null.

  What lies within 1e-12 of a half is rounded as the half is, so that the last digits of a sum do not show.

  expression: SQL of any numeric type; it is repeated, so best a column.
  decimals: how many a number from 1 to 1000 has at most.
-#}
{%- macro format_number(expression, decimals=2) -%}
  {%- set number = 'cast(' ~ expression ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {%- set size = 'abs(' ~ number ~ ')' -%}
  {%- set nudged = number ~ ' + sign(' ~ number ~ ') * least(' ~ size ~ ' * 1e-12, 1e-3)' -%}
  {%- set places = 'cast(case when ' ~ size ~ ' >= 1 then ' ~ decimals ~ ' else 2 - floor(log10(' ~ size ~ ')) end as integer)' -%}
  {%- set tiny_or_huge = whence.regex_replace(whence.scientific_text(number ~ ' * (1 - 1e-12)'), '\\.?0*e\\+?0*', 'e') -%}
  {{ return(
    '(case when ' ~ number ~ " = 0 then '0' when " ~ size ~ ' < 1e-6 or ' ~ size ~ ' >= 1e15 then ' ~ tiny_or_huge
    ~ ' when ' ~ size ~ ' >= 1e3 then ' ~ whence.fixed_text(nudged, 0)
    ~ ' when ' ~ size ~ ' < 1e3 then rtrim(rtrim(' ~ whence.fixed_text(nudged, places) ~ ", '0'), '.') end)"
  ) }}
{%- endmacro -%}
