{#-
  The columns that tell units (or days) apart. The last numbers the rows that have no unit, each a unit by itself.

  resolved: as resolve_metric_analysis returns it.
  rule: unit or day.
  Returns a list of {'name', 'sql'}.
-#}
{%- macro metric_unit_keys(resolved, rule) -%}
  {%- set keys = [] -%}
  {%- for name in resolved.unit if rule == 'unit' -%}
    {%- do keys.append({'name': 'unit_' ~ loop.index, 'sql': whence.quote_identifier(name)}) -%}
  {%- else -%}
    {%- do keys.append({'name': 'unit_1', 'sql': resolved.time.sql}) -%}
  {%- endfor -%}
  {%- set is_null = keys | map(attribute='sql') | join(' is null and ') ~ ' is null' -%}
  {%- do keys.append({'name': 'unit_row', 'sql': 'case when ' ~ is_null ~ ' then row_number() over () end'}) -%}
  {{ return(keys) }}
{%- endmacro -%}
