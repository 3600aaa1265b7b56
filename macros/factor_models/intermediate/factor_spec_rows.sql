{#-
  Resolved factor models as rows: what SQL needs of their settings, and the whole as JSON.

  models: list of resolved factor models.
  Columns: position, model, returns (simple or log), given_frequency, include_weekends, normalize, window_months,
  start_date, end_date, min_observations, histories, outlier_z, has_portfolio, has_factors, has_risk_free, has_labels,
  spec_json.
-#}
{%- macro factor_spec_rows(models) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- for resolved in models %}
select
    {{ loop.index }} as position,
    {{ whence.text_literal(resolved.name) }} as model,
    {{ whence.text_literal(resolved.returns) }} as returns,
    {{ whence.text_literal(resolved.frequency) }} as given_frequency,
    {{ 1 if resolved.include_weekends else 0 }} as include_weekends,
    {{ whence.text_literal(resolved.normalize) }} as normalize,
    cast({{ {'1y': 12, '3y': 36, '5y': 60}[resolved.window] if resolved.window is not none else 'null' }} as integer) as window_months,
    {{ whence.date_literal(resolved.start_date) }} as start_date,
    {{ whence.date_literal(resolved.end_date) }} as end_date,
    {{ resolved.min_observations }} as min_observations,
    {{ whence.text_literal(resolved.histories) }} as histories,
    cast({{ resolved.outlier_z }} as {{ double }}) as outlier_z,
    {%- for input in ['portfolio', 'factors', 'risk_free', 'labels'] %}
    {{ 1 if input in resolved.inputs else 0 }} as has_{{ input }},
    {%- endfor %}
    {{ whence.text_literal(tojson(resolved)) }} as spec_json
{%- if not loop.last %}
union all
{%- endif %}
{%- else %}
{{ whence.empty_select({
    'position': 'integer', 'model': text, 'returns': text, 'given_frequency': text, 'include_weekends': 'integer',
    'normalize': text, 'window_months': 'integer', 'start_date': 'date', 'end_date': 'date', 'min_observations': 'integer',
    'histories': text, 'outlier_z': double, 'has_portfolio': 'integer', 'has_factors': 'integer',
    'has_risk_free': 'integer', 'has_labels': 'integer', 'spec_json': text,
}) }}
{%- endfor %}
{%- endmacro -%}
