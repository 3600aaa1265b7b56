{%- set resolved = {} -%}
{%- for analysis in whence.resolved_metric_analyses() -%}
    {%- do resolved.update({analysis.name: analysis}) -%}
{%- endfor -%}
{%- set selects = [] -%}
{%- for spec in whence.metric_analysis_specs() -%}
    {%- set relation = whence.metric_relation(spec.relation) -%}
    {%- set baseline = whence.metric_relation(spec.compare.relation) if spec.compare.relation is not none else none -%}
    {%- if spec.name in resolved -%}
        {%- do selects.append(whence.metric_dates(resolved[spec.name], relation, baseline)) -%}
    {%- endif -%}
{%- endfor -%}

{{ whence.union_selects(selects, {
    'analysis': whence.type_text(), 'side': whence.type_text(), 'row_date': 'date', 'records': 'bigint',
    'filtered_records': 'bigint', 'unparsed_records': 'bigint',
}) }}
