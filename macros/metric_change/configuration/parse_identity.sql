{#-
  An identity that the configuration gives, e.g. quantity * unit_price * (1 - discount): its drivers are the factors of
  a product (those of brackets that hold a product too), or the terms of a sum.

  field: path for messages.
  text: as written.
  columns: list of column objects.
  label: name of the relation.
  Returns {'identity' (normalised), 'form' (product, quotient, sum, difference), 'constant', 'terms': list of {'name',
  'power' (1, or -1 for a divisor or what is subtracted), 'sql', 'column' (its name where the term is one, else none),
  'columns' (names of those in it)}, 'columns': names of all columns in the identity}.
-#}
{%- macro parse_identity(field, text, columns, label) -%}
  {%- set tokens = whence.identity_tokens(field, text, columns, label) -%}
  {%- set split = whence.identity_parts(tokens) -%}
  {%- set found = {'constant': 1.0, 'terms': []} -%}
  {#- 2 * (a - b) is a sum with a constant -#}
  {%- set scaled = [] -%}
  {%- for part in split.parts if split.form == 'product' and whence.identity_parts(part.tokens).parts[0].tokens[0].kind != 'number' -%}
    {%- do scaled.append(part) -%}
  {%- endfor -%}
  {%- set inner = whence.identity_parts(scaled[0].tokens) if scaled | length == 1 and scaled[0].sign == 1 else {'form': none} -%}
  {%- if inner.form == 'sum' -%}
    {%- do whence.identity_terms(field, text, 'product', split.parts | reject('equalto', scaled[0]) | list, 1, found) -%}
    {%- set split = inner -%}
  {%- endif -%}
  {%- do whence.identity_terms(field, text, split.form, split.parts, 1, found) -%}
  {%- set names = found.terms | map(attribute='name') | list -%}
  {%- if names | length < 2 -%}
    {%- do whence.config_error(field, "'" ~ text ~ "' has one driver; expected a product, quotient, sum or difference of two or more") -%}
  {%- elif names | length > 8 -%}
    {%- do whence.config_error(field, "'" ~ text ~ "' has " ~ names | length ~ ' drivers; expected at most 8: put some in brackets as a sum') -%}
  {%- endif -%}
  {%- for name in names if names.count(name) > 1 -%}
    {%- do whence.config_error(field, "'" ~ text ~ "' has the driver '" ~ name ~ "' twice; expected each once") -%}
  {%- endfor -%}
  {%- if not (1e-30 <= found.constant <= 1e30) -%}
    {%- do whence.config_error(field, "'" ~ text ~ "' multiplies by " ~ found.constant ~ '; expected 1e-30 to 1e30') -%}
  {%- endif -%}
  {%- set is_plus = -1 not in found.terms | map(attribute='power') -%}
  {%- do found.update({
    'identity': whence.identity_text(tokens),
    'columns': tokens | selectattr('kind', 'equalto', 'name') | map(attribute='name') | unique | list,
    'form': ('sum' if is_plus else 'difference') if split.form == 'sum' else ('product' if is_plus else 'quotient'),
  }) -%}
  {{ return(found) }}
{%- endmacro -%}
