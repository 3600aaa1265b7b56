{%- set window_dates = ref('whence', 'int_metric_change__windows') -%}
{%- set selects = [] -%}
{%- for source in whence.metric_sources(whence.resolved_metric_analyses()) if source.resolved is not none -%}
    {%- set sides = whence.metric_sides(source.resolved, whence.metric_window_rows(window_dates, source.spec.name)) -%}
    {%- do selects.append(whence.metric_word_counts(source.resolved, source.relation, source.baseline, sides)) -%}
{%- endfor -%}

with windows as (

    select * from {{ ref('int_metric_change__windows') }}

),

word_counts as (

    {{ whence.union_selects(selects, {
        'analysis': whence.type_text(), 'side': whence.type_text(), 'column_name': whence.type_text(),
        'word': whence.type_text(), 'occurrences': 'bigint',
    }) }}

),

final as (

    {{ whence.metric_words('word_counts', 'windows') }}

)

select * from final
order by
    {{ whence.text_order('analysis') }},
    {{ whence.text_order('side') }},
    {{ whence.text_order('column_name') }},
    word_rank
