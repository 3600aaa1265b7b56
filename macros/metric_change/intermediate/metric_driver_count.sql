{#-
  The most drivers that a metric of some analyses has: how many factor columns tables over them need, at least 2.

  analyses: as metric_node_analyses returns it.
-#}
{%- macro metric_driver_count(analyses) -%}
  {%- set counts = [2] -%}
  {%- for resolved, nodes in analyses -%}
    {%- do counts.append(resolved.drivers.distinct | length + 1) -%}
    {%- for node in nodes -%}
      {%- do counts.append(node.drivers | length) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(counts | max) }}
{%- endmacro -%}
