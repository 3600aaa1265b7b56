{#-
  Texts as SQL literals, separated by commas.

  texts: list; not empty.
-#}
{%- macro text_list(texts) -%}
  {%- set literals = [] -%}
  {%- for text in texts -%}
    {%- do literals.append(whence.text_literal(text)) -%}
  {%- endfor -%}
  {{ return(literals | join(', ')) }}
{%- endmacro -%}
