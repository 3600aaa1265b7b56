{#-
  An identity as written, cut into tokens and checked: names of columns, numbers, + - * / and brackets in an order that
  makes an arithmetic expression. Nothing of it reaches the warehouse as written.

  field: path for messages.
  text: the identity.
  columns: list of column objects.
  label: name of the relation.
  Returns a list of {'kind': name, number, operator or bracket; 'text'; for names 'name', that of the column}.
-#}
{%- macro identity_tokens(field, text, columns, label) -%}
  {%- set pattern = '"(?:[^"]|"")*"|[^\\W0-9]\\w*|[0-9]+\\.?[0-9]*(?:[eE][-+]?[0-9]+)?|\\.[0-9]+|\\S' -%}
  {%- set tokens = [] -%}
  {%- set state = namespace(wants_value=true, open=0) -%}
  {%- for part in modules.re.findall(pattern, text) -%}
    {%- set first = part[0] -%}
    {%- if part in ['+', '-', '*', '/'] -%}
      {%- set kind = 'operator' -%}
    {%- elif part in ['(', ')'] -%}
      {%- set kind = 'bracket' -%}
    {%- elif first in '.0123456789' -%}
      {%- set kind = 'number' -%}
    {%- elif modules.re.match('["\\w]', first) and part != '"' -%}
      {%- set kind = 'name' -%}
    {%- else -%}
      {%- do whence.config_error(
        field, "'" ~ text ~ "' holds " ~ part ~ '; expected names of columns, numbers, + - * / and brackets'
      ) -%}
    {%- endif -%}
    {%- if kind == 'number' and not (part | float == 0 or 1e-30 <= part | float <= 1e30) -%}
      {%- do whence.config_error(field, "'" ~ text ~ "' holds the number " ~ part ~ '; expected 0, or 1e-30 to 1e30') -%}
    {%- endif -%}
    {%- set is_value = kind in ['name', 'number'] or part == '(' -%}
    {%- if is_value != state.wants_value -%}
      {%- do whence.config_error(
        field, "'" ~ text ~ "' has " ~ part ~ ' where ' ~ ('a column, a number or a bracket' if state.wants_value else 'an operator')
        ~ ' is expected'
      ) -%}
    {%- endif -%}
    {%- set state.open = state.open + (1 if part == '(' else -1 if part == ')' else 0) -%}
    {%- if state.open > 20 -%}
      {%- do whence.config_error(field, "'" ~ text[:60] ~ "...' has brackets more than 20 deep; expected fewer") -%}
    {%- elif state.open < 0 -%}
      {%- do whence.config_error(field, "'" ~ text ~ "' has brackets that do not match") -%}
    {%- endif -%}
    {%- set state.wants_value = kind == 'operator' or part == '(' -%}
    {%- set token = {'kind': kind, 'text': part} -%}
    {%- if kind == 'name' -%}
      {%- set name = part[1:-1] | replace('""', '"') if first == '"' else part -%}
      {%- do token.update({'name': whence.required_column(field, name, columns, label).name}) -%}
    {%- endif -%}
    {%- do tokens.append(token) -%}
  {%- endfor -%}
  {%- if state.open > 0 -%}
    {%- do whence.config_error(field, "'" ~ text ~ "' has brackets that do not match") -%}
  {%- elif state.wants_value -%}
    {%- do whence.config_error(field, "'" ~ text ~ "' ends where a column, a number or a bracket is expected") -%}
  {%- endif -%}
  {{ return(tokens) }}
{%- endmacro -%}
