{#-
  The parts of an arithmetic expression at its top level: the terms of a sum, else the factors of a product.

  tokens: as identity_tokens returns them, or some of them that make an expression.
  Returns {'form': sum, product or value; 'parts': list of {'sign': 1 or -1, 'tokens'}}; the sign of a divisor is -1.
-#}
{%- macro identity_parts(tokens) -%}
  {%- for operators, form in [('+-', 'sum'), ('*/', 'product')] -%}
    {%- set state = namespace(depth=0, sign=1, found=[]) -%}
    {%- set parts = [] -%}
    {%- for token in tokens -%}
      {%- if token.kind == 'operator' and state.depth == 0 and token.text in operators -%}
        {%- do parts.append({'sign': state.sign, 'tokens': state.found}) -%}
        {%- set state.sign = 1 if token.text in '+*' else -1 -%}
        {%- set state.found = [] -%}
      {%- else -%}
        {%- set state.depth = state.depth + (1 if token.text == '(' else -1 if token.text == ')' else 0) -%}
        {%- do state.found.append(token) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do parts.append({'sign': state.sign, 'tokens': state.found}) -%}
    {%- if parts | length > 1 -%}
      {{ return({'form': form, 'parts': parts}) }}
    {%- endif -%}
  {%- endfor -%}
  {%- if tokens[0].text == '(' -%}
    {{ return(whence.identity_parts(tokens[1:-1])) }}
  {%- endif -%}
  {{ return({'form': 'value', 'parts': [{'sign': 1, 'tokens': tokens}]}) }}
{%- endmacro -%}
