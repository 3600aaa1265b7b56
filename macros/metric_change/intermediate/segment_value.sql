{#-
  A dimension's value as a segment shows it: (blank) for null, white space and punctuation only; a real value that
  reads like a reserved name gets a backslash in front.

  expression: SQL of type text.
  is_normalized: also lower case, without punctuation, single spaces.
-#}
{%- macro segment_value(expression, is_normalized=false) -%}
  {%- set value = whence.normalize_text(expression) if is_normalized else expression -%}
case
    when {{ whence.is_blank(expression) }} then '(blank)'
    when {{ whence.regex_matches(value, '^\\\\*[(](blank|other|overlap|total)[)]$') }}
        then {{ whence.text_literal('\\') }} || {{ value }}
    else {{ value }}
end
{%- endmacro -%}
