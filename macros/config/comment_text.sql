{#-
  A text that is safe inside an SQL comment.

  value: any text.
-#}
{%- macro comment_text(value) -%}
  {{ return(modules.re.sub('[\\r\\n]+', ' ', value) | replace('*/', '* /') | replace('/*', '/ *')) }}
{%- endmacro -%}
