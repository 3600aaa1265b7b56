{{ config(pre_hook="{{ whence.load_metric_files() }}") }}
{#- Files are loaded by the pre-hook, each once, into a table of its own beside this one; this table lists them. -#}
{%- set selects = [] -%}
{%- for file in whence.metric_files() -%}
    {%- set table_name = whence.metric_file_relation(this, file.path).identifier -%}
    {%- do selects.append(
        'select ' ~ whence.text_literal(file.path) ~ ' as relation, ' ~ whence.text_literal(table_name) ~ ' as table_name'
    ) -%}
{%- endfor -%}

{{ whence.union_selects(selects, {'relation': whence.type_text(), 'table_name': whence.type_text()}) }}
