{#-
  Collects the drivers of an identity; see parse_identity.

  field, text: for messages.
  form: sum, product or value.
  parts: as identity_parts returns them.
  power: 1, or -1 where all of it divides.
  found: dict of constant and terms, updated in place.
-#}
{%- macro identity_terms(field, text, form, parts, power, found) -%}
  {%- for part in parts -%}
    {%- set inner = whence.identity_parts(part.tokens) -%}
    {%- set sign = part.sign * power -%}
    {%- set token = inner.parts[0].tokens[0] -%}
    {%- if form != 'sum' and inner.form == 'product' -%}
      {%- do whence.identity_terms(field, text, form, inner.parts, sign, found) -%}
    {%- elif inner.form == 'value' and token.kind == 'number' -%}
      {%- if form == 'sum' or token.text | float == 0 -%}
        {%- do whence.config_error(
          field, "'" ~ text ~ "' has the number " ~ token.text ~ ' as a ' ~ ('term' if form == 'sum' else 'factor')
          ~ '; expected columns' ~ (', or numbers that multiply and divide' if form == 'sum' else ', or other numbers than 0')
        ) -%}
      {%- endif -%}
      {%- do found.update({
        'constant': found.constant * (token.text | float) if sign == 1 else found.constant / (token.text | float),
      }) -%}
    {%- else -%}
      {%- set is_column = inner.form == 'value' -%}
      {%- set tokens = part.tokens -%}
      {%- set is_bracketed = tokens[0].text == '(' and whence.identity_parts(tokens[1:-1]) == inner -%}
      {%- do found.terms.append({
        'name': token.name if is_column else whence.identity_text(tokens[1:-1] if is_bracketed else tokens),
        'column': token.name if is_column else none,
        'columns': tokens | selectattr('kind', 'equalto', 'name') | map(attribute='name') | list,
        'power': sign,
        'sql': whence.identity_sql(tokens),
      }) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
