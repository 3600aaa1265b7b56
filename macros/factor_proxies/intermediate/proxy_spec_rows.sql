{#-
  Resolved factor proxies as a row: what SQL needs of their settings, and the whole as JSON.

  resolved: as resolve_proxies returns it, or none.
  Columns: position, window_months, start_date, end_date, fill_months, composite_coverage, stale_months, gap_months,
  min_coverage, min_observations, spec_json.
-#}
{%- macro proxy_spec_rows(resolved) -%}
{%- set double = whence.type_double() -%}
{%- if resolved is none -%}
{{ whence.empty_select({
    'position': 'integer', 'window_months': 'integer', 'start_date': 'date', 'end_date': 'date', 'fill_months': 'integer',
    'composite_coverage': double, 'stale_months': 'integer', 'gap_months': 'integer', 'min_coverage': double,
    'min_observations': 'integer', 'spec_json': whence.type_text(),
}) }}
{%- else -%}
select
    1 as position,
    cast({{ {'1y': 12, '3y': 36, '5y': 60}.get(resolved.window, 'null') }} as integer) as window_months,
    {{ whence.date_literal(resolved.start_date) }} as start_date,
    {{ whence.date_literal(resolved.end_date) }} as end_date,
    {{ resolved.fill_months }} as fill_months,
    cast({{ resolved.composite_coverage }} as {{ double }}) as composite_coverage,
    {{ resolved.stale_months }} as stale_months,
    {{ resolved.gap_months }} as gap_months,
    cast({{ resolved.min_coverage }} as {{ double }}) as min_coverage,
    {{ resolved.min_observations }} as min_observations,
    {{ whence.text_literal(tojson(resolved)) }} as spec_json
{%- endif -%}
{%- endmacro -%}
