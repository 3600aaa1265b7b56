{#-
  One input of the factor proxies, typed and renamed; no rows where it is not given.

  resolved: as resolved_proxies returns it.
  sources: as proxy_sources returns it.
  input: name of the input.
  Columns: those of its roles (proxy_input_roles), a date for dates; numbers are doubles, null where NaN or infinite, roles
  without a column are null throughout. Of yields: date, maturity, yield (decimals: 0.05 is 5 %).
-#}
{%- macro proxy_input_rows(resolved, sources, input) -%}
{%- set types = {'date': 'date', 'number': whence.type_double(), 'text': whence.type_text()} -%}
{%- set given = whence.proxy_settings(resolved).inputs.get(input) -%}
{%- set selects = [] -%}
{%- set columns = {} -%}
{%- if input == 'yields' -%}
    {%- do columns.update({'date': 'date', 'maturity': types.text, 'yield': types.number}) -%}
    {%- for maturity, column in (given.columns.items() if given is not none else []) if maturity != 'date' -%}
        {%- do selects.append(
            'select\n    ' ~ given.columns.date.sql ~ ' as date,\n    ' ~ whence.text_literal(maturity)
            ~ ' as maturity,\n    ' ~ whence.finite('cast(' ~ column.sql ~ ' as ' ~ types.number ~ ')')
            ~ ' / 100 as yield\nfrom ' ~ sources.relations.yields
        ) -%}
    {%- endfor -%}
{%- else -%}
    {%- set expressions = [] -%}
    {%- for role, rule in whence.proxy_input_roles()[input].items() -%}
        {%- set type = types[rule.kind] -%}
        {%- set column = given.columns.get(role) if given is not none else none -%}
        {%- set sql = 'null' if column is none else column.sql -%}
        {%- set typed = 'cast(' ~ sql ~ ' as ' ~ type ~ ')' -%}
        {%- do columns.update({role: type}) -%}
        {%- do expressions.append(
            (whence.finite(typed) if rule.kind == 'number' and column is not none else typed)
            ~ ' as ' ~ whence.quote_identifier(role)
        ) -%}
    {%- endfor -%}
    {%- if given is not none -%}
        {%- do selects.append('select\n    ' ~ expressions | join(',\n    ') ~ '\nfrom ' ~ sources.relations[input]) -%}
    {%- endif -%}
{%- endif -%}
{{ whence.union_selects(selects, columns) }}
{%- endmacro -%}
