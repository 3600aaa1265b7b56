{#
    dbt's own table and incremental materializations, for Python models too. Both create their table through
    get_create_table_as_sql, so indexes, grants, hooks, docs, incremental strategies and the swap stay dbt's.
#}
{% materialization table, adapter='pylocal', supported_languages=['sql', 'python'] %}
    {{ return(materialization_table_default()) }}
{% endmaterialization %}

{% materialization incremental, adapter='pylocal', supported_languages=['sql', 'python'] %}
    {{ return(materialization_incremental_default()) }}
{% endmaterialization %}
