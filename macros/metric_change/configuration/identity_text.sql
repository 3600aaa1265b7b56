{#-
  An arithmetic expression as text in its normal form: one space around operators, names as the columns are spelt and
  quoted only where they must be.

  tokens: as identity_tokens returns them, or some of them that make an expression.
-#}
{%- macro identity_text(tokens) -%}
  {%- set text = namespace(made='') -%}
  {%- for token in tokens -%}
    {%- set shown = token.text -%}
    {%- if token.kind == 'name' -%}
      {%- set is_plain = modules.re.match('[A-Za-z_][A-Za-z0-9_]*$', token.name) -%}
      {%- set shown = token.name if is_plain else '"' ~ token.name | replace('"', '""') ~ '"' -%}
    {%- elif token.kind == 'operator' -%}
      {%- set shown = ' ' ~ token.text ~ ' ' -%}
    {%- endif -%}
    {%- set text.made = text.made ~ shown -%}
  {%- endfor -%}
  {{ return(text.made) }}
{%- endmacro -%}
