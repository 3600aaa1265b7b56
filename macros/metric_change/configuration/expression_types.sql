{#-
  The types of SQL expressions over a relation, asked of the engine in one query without reading a row. Each has its
  place in the configuration beside it, which the engine's message then shows.

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
    {%- set sql = '/* ' ~ whence.comment_text(expression.field) ~ ' */ ' ~ expression.sql -%}
    {%- do lines.append(
      '  ' ~ whence.value_type('(select ' ~ sql ~ ' from ' ~ rows ~ ' where 1 = 0)')
      ~ ' as type_' ~ loop.index ~ ','
    ) -%}
    {#- An aggregate or a window function is no value of a row: counting it stops here rather than in the cells. -#}
    {%- do lines.append(
      '  (select count(' ~ sql ~ ') from ' ~ rows ~ ' where 1 = 0) as count_' ~ loop.index
      ~ (',' if not loop.last)
    ) -%}
  {%- endfor -%}
  {{ return((run_query('select\n' ~ lines | join('\n')).rows[0].values() | list)[::2]) }}
{%- endmacro -%}
