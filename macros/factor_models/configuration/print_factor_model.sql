{#-
  Prints what a factor model resolves to.

  resolved: as resolve_factor_model returns it.
-#}
{%- macro print_factor_model(resolved) -%}
  {%- set lines = [resolved.name ~ ': factor model'] -%}
  {%- for name, input in resolved.inputs.items() -%}
    {%- set columns = [] -%}
    {%- for role, column in input.columns.items() -%}
      {%- do columns.append(role ~ ': ' ~ column.name) -%}
    {%- endfor -%}
    {%- do lines.append(
      '  ' ~ name ~ ': ' ~ input.label ~ ' (' ~ columns | join(', ') ~ ')'
      ~ (', factors: ' ~ input.series | map(attribute='name') | join(', ') if input.series is not none else '')
    ) -%}
  {%- endfor -%}
  {%- set count = resolved.n_factors -%}
  {%- do lines.append(
    '  n_factors: ' ~ (count.value if count.rule == 'number' else '{variance: ' ~ count.value ~ '}' if count.rule == 'variance'
    else count.rule) ~ ', returns: ' ~ resolved.returns ~ ', window: '
    ~ (resolved.window or ((resolved.start_date or 'first date') ~ ' to ' ~ (resolved.end_date or 'last date')))
  ) -%}
  {%- do print(lines | join('\n')) -%}
{%- endmacro -%}
