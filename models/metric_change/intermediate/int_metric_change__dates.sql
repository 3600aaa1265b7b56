{%- set selects = [] -%}
{%- for source in whence.metric_sources(whence.resolved_metric_analyses()) if source.resolved is not none -%}
    {%- do selects.append(whence.metric_dates(source.resolved, source.relation, source.baseline)) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'side': whence.type_text(), 'row_date': 'date', 'records': 'bigint',
    'filtered_records': 'bigint', 'unparsed_records': 'bigint',
}) }}
