{#-
  Prints what factor proxies resolve to.

  resolved: as resolve_proxies returns it.
-#}
{%- macro print_proxies(resolved) -%}
  {%- set lines = ['factor proxies' ~ (', preset ' ~ resolved.preset if resolved.preset is not none else '') ~ ':'] -%}
  {%- for name, input in resolved.inputs.items() -%}
    {%- set columns = [] -%}
    {%- for role, column in input.columns.items() -%}
      {%- do columns.append(role ~ ': ' ~ column.name) -%}
    {%- endfor -%}
    {%- do lines.append('  ' ~ name ~ ': ' ~ input.label ~ ' (' ~ columns | join(', ') ~ ')') -%}
  {%- endfor -%}
  {%- do lines.append(
    '  window: '
    ~ (resolved.window or ((resolved.start_date or 'first month') ~ ' to ' ~ (resolved.end_date or 'last complete month')))
    ~ ', benchmarks: ' ~ resolved.benchmarks | join(', ') ~ ', granularity: ' ~ resolved.granularity ~ ', alignment: '
    ~ resolved.alignment ~ ', min_observations: ' ~ resolved.min_observations
  ) -%}
  {%- do lines.append('  categories: ' ~ resolved.categories | join(', ')) -%}
  {%- set filters = [] -%}
  {%- for name, classes in resolved.asset_class_filters.items() if classes -%}
    {%- do filters.append(name ~ ' ' ~ classes | join(', ')) -%}
  {%- endfor -%}
  {%- if filters -%}
    {%- do lines.append('  asset classes: ' ~ filters | join('; ')) -%}
  {%- endif -%}
  {%- do print(lines | join('\n')) -%}
{%- endmacro -%}
