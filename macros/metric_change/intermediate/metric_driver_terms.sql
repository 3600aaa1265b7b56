{#-
  The drivers of every metric that has some, by position: those of identities, of ratio metrics, and of the chain of
  distinct counts (metric = distinct count of the first, times that of the next per one of the first, ..., times metric per one of the last).

  analyses: list of [resolved analysis, its nodes as metric_driver_nodes returns them].
  Columns: analysis_group, metric, driver_set (identity, rate), position, driver, power, constant (of a term of a sum, else 1), role
  (extensive, rate, term, numerator, denominator).
-#}
{%- macro metric_driver_terms(analyses) -%}
  {%- set rows = [] -%}
  {%- for resolved, nodes in analyses -%}
    {%- for node in nodes -%}
      {%- for driver in node.drivers -%}
        {%- do rows.append([
          resolved.name, node.metric, 'identity', loop.index, driver.name, driver.power,
          node.constant if node.form == 'sum' else 1,
          'term' if node.form == 'sum' else 'rate' if driver.is_rate else 'extensive',
        ]) -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- for ratio in resolved.drivers.ratios -%}
      {%- do rows.append([resolved.name, ratio.metric, 'identity', 1, ratio.numerator, 1, 1, 'numerator']) -%}
      {%- do rows.append([resolved.name, ratio.metric, 'identity', 2, ratio.denominator, -1, 1, 'denominator']) -%}
    {%- endfor -%}
    {%- set names = resolved.drivers.distinct | map(attribute='name') | list -%}
    {%- for name in names -%}
      {%- do rows.append([
        resolved.name, resolved.drivers.metric, 'rate', loop.index,
        name if loop.first else name ~ ' per ' ~ loop.previtem, 1, 1, 'extensive' if loop.first else 'rate',
      ]) -%}
      {%- if loop.last -%}
        {%- do rows.append([
          resolved.name, resolved.drivers.metric, 'rate', loop.index + 1, resolved.drivers.metric ~ ' per ' ~ name, 1, 1, 'rate',
        ]) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
{%- for row in rows %}
select
    {{ whence.text_literal(row[0]) }} as analysis_group,
    {{ whence.text_literal(row[1]) }} as metric,
    {{ whence.text_literal(row[2]) }} as driver_set,
    {{ row[3] }} as position,
    {{ whence.text_literal('\\' ~ row[4] if row[4] in ['residual', 'intercept', 'calendar'] else row[4]) }} as driver,
    {{ row[5] }} as power,
    cast({{ row[6] }} as {{ whence.type_double() }}) as constant,
    {{ whence.text_literal(row[7]) }} as role
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
{{ whence.empty_select({
    'analysis_group': whence.type_text(), 'metric': whence.type_text(), 'driver_set': whence.type_text(),
    'position': 'integer', 'driver': whence.type_text(), 'power': 'integer', 'constant': whence.type_double(),
    'role': whence.type_text(),
}) }}
{%- endfor %}
{%- endmacro -%}
