{#-
  A number written for people as a double; null where the text is not one.
  Reads (100) as -100, 5% as 0.05, 1,234.50, a leading or trailing currency sign, 1e3.

  expression: SQL of type text.
-#}
{%- macro parse_number(expression) -%}
  {%- set bare = "translate(" ~ expression ~ ", ' $€£¥%()\t', '')" -%}
  {%- set is_number = whence.regex_matches(
    expression,
    '^\\s*\\(?\\s*[-+]?[$€£¥]?\\s*[-+]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)?(\\.[0-9]*)?([eE][-+]?[0-9]{1,3})?\\s*%?[$€£¥]?\\s*\\)?\\s*$'
  ) -%}
  {%- set has_digit = whence.regex_matches(bare, '^[-+]?([0-9,]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?$') -%}
  {{ return(
    "(case when " ~ is_number ~ " and " ~ has_digit ~ " then "
    ~ whence.text_to_double("replace(" ~ bare ~ ", ',', '')")
    ~ " * case when " ~ expression ~ " like '%(%' then -1 else 1 end"
    ~ " / case when " ~ expression ~ " like '%\\%%' escape '\\' then 100 else 1 end end)"
  ) }}
{%- endmacro -%}
