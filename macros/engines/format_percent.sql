{#-
  A share as text for a sentence: 0.365 as '36.5 %'. Null stays null; so does what is too large to be read as a share.

  expression: SQL of any numeric type; it is repeated, so best a column.
-#}
{%- macro format_percent(expression) -%}
  {{ return(
    '(case when abs(' ~ expression ~ ') < 1e12 then ' ~ whence.format_number('100 * ' ~ expression, decimals=1) ~ " || ' %' end)"
  ) }}
{%- endmacro -%}
