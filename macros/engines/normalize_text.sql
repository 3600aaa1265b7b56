{#-
  Lower case, punctuation as space, runs of white space as one space, none at the ends.

  expression: SQL of type text.
-#}
{%- macro normalize_text(expression) -%}
  {%- set punctuation = "[!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~ \\t\\n\\r\\f\\v-]+" -%}
  {{ return('trim(' ~ whence.regex_replace(whence.lower_text(expression), punctuation, ' ') ~ ')') }}
{%- endmacro -%}
