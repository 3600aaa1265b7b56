{#-
  What an identity says of a row, as SQL in doubles; null where a term is missing or a divisor is 0.

  identity: {'form', 'constant', 'terms'}; see metric_identity_rows.
  slots: dict of term name to the column that holds it.
-#}
{%- macro metric_identity_value(identity, slots) -%}
  {%- set sql = namespace(text='') -%}
  {%- for term in identity.terms -%}
    {%- set slot = slots[term.name] -%}
    {%- if identity.form in ['sum', 'difference'] -%}
      {%- set sql.text = sql.text ~ (' + ' if term.power == 1 else ' - ') ~ slot -%}
    {%- else -%}
      {%- set sql.text = sql.text ~ (' * ' ~ slot if term.power == 1 else ' / nullif(' ~ slot ~ ', 0)') -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(
    'cast(' ~ identity.constant ~ ' as ' ~ whence.type_double() ~ ')'
    ~ (' * (0' ~ sql.text ~ ')' if identity.form in ['sum', 'difference'] else sql.text)
  ) }}
{%- endmacro -%}
