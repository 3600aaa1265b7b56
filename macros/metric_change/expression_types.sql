{#-
  The types of SQL expressions over a relation, asked of the engine in one query without reading a row. Each stands on
  a line of its own with its place in the configuration behind it, which the engine's message then shows.

  rows: what stands behind from.
  expressions: list of {'sql', 'field'}.
  Returns the engine's names, in order.
-#}
{%- macro expression_types(rows, expressions) -%}
  {%- if expressions | length == 0 -%}
    {{ return([]) }}
  {%- endif -%}
  {%- set lines = [] -%}
  {%- for expression in expressions -%}
    {%- set place = modules.re.sub('[\\r\\n]+', ' ', expression.field) -%}
    {%- do lines.append(
      '  ' ~ whence.value_type('(select ' ~ expression.sql ~ ' from ' ~ rows ~ ' where 1 = 0)')
      ~ ' as type_' ~ loop.index ~ (',' if not loop.last) ~ ' -- whence: ' ~ place
    ) -%}
  {%- endfor -%}
  {{ return(run_query('select\n' ~ lines | join('\n')).rows[0].values() | list) }}
{%- endmacro -%}
