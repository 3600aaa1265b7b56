{#-
  Resolved analyses as rows: what the windows are worked out from, and the whole as JSON.

  analyses: list of resolved analyses.
  Columns: position, analysis, relation, has_window, grain, fiscal_year_start, current_kind, current_start, current_end,
  compare_to, trailing_windows, baseline_start, baseline_end, anchor_date, history, rank_by,
  volume, dimensions, metrics, unit, insights_top, opportunity_min_records, spec_json.
-#}
{%- macro metric_spec_rows(analyses) -%}
{%- set text = whence.type_text() -%}
{%- for resolved in analyses %}
{%- set time = resolved.time or {} %}
{%- set dates = resolved.current.dates or [none, none] %}
{%- set baseline = resolved.compare.dates or [none, none] %}
select
    {{ loop.index }} as position,
    {{ whence.text_literal(resolved.name) }} as analysis,
    {{ whence.text_literal(resolved.label) }} as relation,
    {{ 1 if resolved.has_window else 0 }} as has_window,
    {{ whence.text_literal(time.get('grain')) }} as grain,
    {{ time.get('fiscal_year_start', 1) }} as fiscal_year_start,
    {{ whence.text_literal(resolved.current.kind) }} as current_kind,
    {{ whence.date_literal(dates[0]) }} as current_start,
    {{ whence.date_literal(dates[1]) }} as current_end,
    {{ whence.text_literal(resolved.compare.to) }} as compare_to,
    cast({{ resolved.compare.trailing if resolved.compare.trailing is not none else 'null' }} as integer) as trailing_windows,
    {{ whence.date_literal(baseline[0]) }} as baseline_start,
    {{ whence.date_literal(baseline[1]) }} as baseline_end,
    {{ whence.date_literal(resolved.anchor_date) }} as anchor_date,
    {{ resolved.history }} as history,
    {{ whence.text_literal(resolved.rank_by) }} as rank_by,
    {{ whence.text_literal(resolved.volume) }} as volume,
    {{ whence.text_literal(whence.dimensions_label(resolved.dimensions | map(attribute='name') | list)) }} as dimensions,
    {{ whence.text_literal(whence.dimensions_label(resolved.metrics | map(attribute='name') | list)) }} as metrics,
    {{ whence.text_literal(whence.dimensions_label(resolved.unit) or none) }} as unit,
    {{ resolved.insights.top }} as insights_top,
    {{ resolved.insights.opportunity_min_records }} as opportunity_min_records,
    {{ whence.text_literal(tojson(resolved)) }} as spec_json
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
{{ whence.empty_select({
    'position': 'integer', 'analysis': text, 'relation': text, 'has_window': 'integer', 'grain': text,
    'fiscal_year_start': 'integer', 'current_kind': text, 'current_start': 'date', 'current_end': 'date',
    'compare_to': text, 'trailing_windows': 'integer', 'baseline_start': 'date',
    'baseline_end': 'date', 'anchor_date': 'date', 'history': 'integer', 'rank_by': text, 'volume': text, 'dimensions': text,
    'metrics': text, 'unit': text, 'insights_top': 'integer', 'opportunity_min_records': 'integer', 'spec_json': text,
}) }}
{%- endfor %}
{%- endmacro -%}
