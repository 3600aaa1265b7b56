{%- set selects = [] -%}
{%- for source in whence.metric_sources(whence.resolved_metric_analyses()) if source.resolved is not none -%}
    {%- do whence.check_metric_keys(source) -%}
    {%- do selects.append(whence.metric_row_changes(source.resolved, source.relation, source.baseline)) -%}
{%- endfor -%}

with metric_values as (

    select * from {{ ref('int_metric_change__values') }}

),

windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

row_changes as (

    {{ whence.union_selects(selects, whence.metric_row_change_columns()) }}

),

final as (

    {{ whence.metric_restatements('row_changes', 'metric_values', 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('metric') }},
    {{ whence.text_order('row_change') }}
