{#-
  Lower case, punctuation as space, runs of white space as one space, none at the ends.

  expression: SQL of type text.
-#}
{%- macro normalize_text(expression) -%}
  {%- set punctuation = "[!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~\\s-]+" -%}
  {{ return('trim(' ~ whence.regex_replace('lower(' ~ expression ~ ')', punctuation, ' ') ~ ')') }}
{%- endmacro -%}
