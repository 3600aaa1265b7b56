{#-
  What the scans for drivers take along of a row: the metrics whose identities are in question, the columns among which
  they are searched, the terms of given ones.

  resolved: as resolve_metric_analysis returns it, with drivers.
  slots: names of the slots to take; none for all.
  Returns a list of {'name', 'sql'}, see metric_side_rows.
-#}
{%- macro metric_driver_values(resolved, slots=none) -%}
  {%- set values = [] -%}
  {%- for node in resolved.drivers.nodes -%}
    {%- do values.append({'name': 'metric_' ~ loop.index, 'sql': whence.metric_driver_value(node.sql)}) -%}
  {%- endfor -%}
  {%- for column in resolved.drivers.columns + resolved.drivers.factors if slots is none or column.slot in slots -%}
    {%- do values.append({'name': column.slot, 'sql': whence.metric_driver_value(column.sql)}) -%}
  {%- endfor -%}
  {{ return(values) }}
{%- endmacro -%}
