{%- set sets = ref('whence', 'int_metric_change__sets') -%}
{%- set distributions = ref('whence', 'int_metric_change__distributions') -%}
{%- set analyses = whence.resolved_metric_analyses() -%}
{%- if analyses %}
{%- for resolved in analyses %}
{{ whence.metric_values(resolved, sets, distributions) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
{%- else %}
{{ whence.empty_select(whence.metric_value_columns()) }}
{%- endif %}
