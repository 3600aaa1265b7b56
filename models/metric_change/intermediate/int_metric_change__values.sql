{{ config(post_hook="{{ whence.gather_statistics(this) }}") }}
{%- set sets = ref('whence', 'int_metric_change__sets') -%}
{%- set distributions = ref('whence', 'int_metric_change__distributions') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- set selects = [] -%}
{%- for resolved in analyses -%}
    {%- do selects.append(whence.metric_values(resolved, sets, distributions)) -%}
{%- endfor -%}

{{ whence.union_selects(selects, whence.metric_value_columns()) }}
