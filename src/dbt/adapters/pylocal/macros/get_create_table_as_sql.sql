{#
    For a Python model: run it, create the table empty as dbt creates any table, fill it, and leave a statement for dbt
    to run in the place of `create table as`. All of it happens in the transaction in which dbt swaps the tables.
#}
{% macro pylocal__get_create_table_as_sql(temporary, relation, sql) %}
    {%- if model['language'] != 'python' -%}
        {{ return(default__get_create_table_as_sql(temporary, relation, sql)) }}
    {%- endif -%}
    {%- set result = adapter.run_python_model(model, flags.EMPTY) -%}
    {%- do run_query(default__get_create_table_as_sql(temporary, relation, result.empty_select)) -%}
    {%- do result.write_to(relation.render()) -%}
    {{ return('analyze ' ~ relation.render()) }}
{% endmacro %}
