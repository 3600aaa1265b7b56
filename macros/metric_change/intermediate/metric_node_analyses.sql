{#-
  The resolved analyses whose drivers are asked for, with their nodes.

  identities: relation of int_metric_change__identities.
  Returns a list of [resolved analysis, nodes as metric_driver_nodes returns them].
-#}
{%- macro metric_node_analyses(identities) -%}
  {%- set selected = whence.metric_identity_rows(identities, 'is_selected and not is_ratio') -%}
  {%- set analyses = [] -%}
  {%- for resolved in whence.resolved_metric_analyses() if resolved.drivers is not none -%}
    {%- do analyses.append([resolved, whence.metric_driver_nodes(resolved, selected.get(resolved.name, []))]) -%}
  {%- endfor -%}
  {{ return(analyses) }}
{%- endmacro -%}
