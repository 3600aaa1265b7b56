{{ config(pre_hook="{{ whence.load_metric_files() }}") }}
{#- Files are loaded by the pre-hook, each once, into a table of its own beside this one; this table lists them. -#}
{%- set files = whence.metric_files() -%}

{%- if files %}
{%- for file in files %}
select
    {{ whence.text_literal(file.path) }} as relation,
    {{ whence.text_literal(whence.metric_file_relation(this, file.path).identifier) }} as table_name
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
{%- else %}
{{ whence.empty_select({'relation': whence.type_text(), 'table_name': whence.type_text()}) }}
{%- endif %}
