{#-
  Where the rows of a scan for drivers hold what identities name; see metric_driver_values.

  resolved: as resolve_metric_analysis returns it, with drivers.
  Returns {'metrics': dict of metric to column, of roots and columns; 'terms': dict of term to column}.
-#}
{%- macro metric_identity_slots(resolved) -%}
  {%- set metrics, terms = {}, {} -%}
  {%- for column in resolved.drivers.columns -%}
    {%- do metrics.update({column.name: column.slot}) -%}
    {%- do terms.update({column.name: column.slot}) -%}
  {%- endfor -%}
  {%- for factor in resolved.drivers.factors -%}
    {%- do terms.update({factor.name: factor.slot}) -%}
  {%- endfor -%}
  {%- for node in resolved.drivers.nodes -%}
    {%- do metrics.update({node.metric: 'metric_' ~ loop.index}) -%}
  {%- endfor -%}
  {{ return({'metrics': metrics, 'terms': terms}) }}
{%- endmacro -%}
