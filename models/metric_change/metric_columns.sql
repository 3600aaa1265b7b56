{%- set seen = [] -%}
{%- set selects = [] -%}
{%- for spec in whence.metric_analysis_specs() -%}
    {%- set relation = whence.declared_relation(spec.relation, 'metric_change') -%}
    {%- if spec.relation not in seen -%}
        {%- do seen.append(spec.relation) -%}
        {%- do selects.append(whence.metric_columns(relation, spec.relation.label) if execute else '') -%}
    {%- endif -%}
{%- endfor -%}

with final as (

    {{ whence.union_selects(selects, {
        'relation': whence.type_text(), 'column_name': whence.type_text(), 'data_type': whence.type_text(),
        'role': whence.type_text(), 'n_rows': 'bigint', 'n_distinct': 'bigint', 'null_share': whence.type_double(),
        'blank_share': whence.type_double(), 'numeric_share': whence.type_double(), 'date_share': whence.type_double(),
        'top_values': whence.type_text(), 'is_suggested': 'boolean', 'position': 'integer',
    }) }}

)

select * from final
order by
    {{ whence.text_order('relation') }},
    position
