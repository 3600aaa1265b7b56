{#-
  The slot of a measure in the cells; added to the analysis where it is not there yet.

  resolved: of the analysis; measures is updated in place.
  op: sum, count, min or max.
  sql: the value of a row.
  data_type: the engine's name of its type.
-#}
{%- macro metric_measure(resolved, op, sql, data_type) -%}
  {%- for measure in resolved.measures -%}
    {%- if measure.op == op and measure.sql == sql -%}
      {{ return(measure.slot) }}
    {%- endif -%}
  {%- endfor -%}
  {%- set family = whence.type_family(data_type) -%}
  {%- set scale = none -%}
  {%- if op == 'count' or family in ['integer', 'boolean'] -%}
    {%- set scale = 0 -%}
  {%- elif family == 'decimal' -%}
    {%- set digits = modules.re.search(',\\s*([0-9]+)', data_type) -%}
    {%- set scale = digits.group(1) | int if digits else 0 -%}
  {%- endif -%}
  {%- set prefix = 'double_' if scale is none else 'exact_' ~ scale ~ '_' -%}
  {%- set number = namespace(n=1) -%}
  {%- for measure in resolved.measures -%}
    {%- if measure.scale == scale -%}
      {%- set number.n = number.n + 1 -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set slot = prefix ~ number.n -%}
  {%- do resolved.measures.append({'slot': slot, 'op': op, 'sql': sql, 'scale': scale}) -%}
  {{ return(slot) }}
{%- endmacro -%}
