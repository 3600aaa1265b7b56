{#-
  An arithmetic expression as SQL in doubles; null where it divides by zero or leaves the range of doubles.

  tokens: as identity_tokens returns them, or some of them that make an expression.
-#}
{%- macro identity_sql(tokens) -%}
  {%- set split = whence.identity_parts(tokens) -%}
  {%- if split.form == 'value' -%}
    {%- set token = split.parts[0].tokens[0] -%}
    {{ return(
      'cast(' ~ (whence.quote_identifier(token.name) if token.kind == 'name' else token.text) ~ ' as ' ~ whence.type_double() ~ ')'
    ) }}
  {%- endif -%}
  {%- set sql = namespace(text='') -%}
  {%- for part in split.parts -%}
    {%- set value = whence.identity_sql(part.tokens) -%}
    {%- if loop.first -%}
      {%- set sql.text = value -%}
    {%- elif split.form == 'sum' -%}
      {%- set sql.text = sql.text ~ (' + ' if part.sign == 1 else ' - ') ~ value -%}
    {%- elif part.sign == 1 -%}
      {%- set sql.text = whence.safe_multiply(sql.text, value) -%}
    {%- else -%}
      {%- set sql.text = whence.safe_divide(sql.text, value) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return('(' ~ sql.text ~ ')') }}
{%- endmacro -%}
