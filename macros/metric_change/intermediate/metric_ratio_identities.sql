{#-
  The identities that ratio metrics are: numerator / denominator, of sums rather than in each row.

  analyses: list of resolved analyses.
  metric_values: relation or CTE with the columns of metric_values.
  Columns: analysis (as declared), metric, identity, terms (JSON), terms_label, n_rows.
-#}
{%- macro metric_ratio_identities(analyses, metric_values) -%}
{%- set selects = [] -%}
{%- for resolved in analyses if resolved.drivers is not none -%}
  {%- for ratio in resolved.drivers.ratios -%}
    {%- set names = [ratio.numerator, ratio.denominator] -%}
    {%- set texts = [] -%}
    {%- for name in names -%}
      {%- do texts.append(whence.identity_text([{'kind': 'name', 'name': name, 'text': name}])) -%}
    {%- endfor -%}
    {%- set terms = [{'name': names[0], 'power': 1}, {'name': names[1], 'power': -1}] -%}
    {%- set query -%}
select
    {{ whence.text_literal(resolved.name) }} as analysis,
    {{ whence.text_literal(ratio.metric) }} as metric,
    {{ whence.text_literal(texts | join(' / ')) }} as identity,
    {{ whence.text_literal(tojson(terms)) }} as terms,
    {{ whence.text_literal(whence.dimensions_label(names)) }} as terms_label,
    (
        select sum(records) from {{ metric_values }}
        where analysis = {{ whence.text_literal(resolved.name) }} and depth = 0 and metric = 'records'
    ) as n_rows
    {%- endset -%}
    {%- do selects.append(query) -%}
  {%- endfor -%}
{%- endfor -%}
{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'metric': whence.type_text(), 'identity': whence.type_text(),
    'terms': whence.type_text(), 'terms_label': whence.type_text(), 'n_rows': 'bigint',
}) }}
{%- endmacro -%}
