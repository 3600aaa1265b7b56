{#-
  One input of every factor model, typed and renamed; models without it have no rows.

  sources: of factor_model_sources, resolved.
  input: prices, portfolio, factors, risk_free or labels.
  Columns: model, series_position (of factors that are columns each, their order from 1; else 1), and
    prices: date, asset ('(blank)' where there is none), price, asset_return; one of the two is null throughout
    portfolio: asset, weight, market_value, shares, price; those that are not given are null throughout
    factors: date, factor, value
    risk_free: date, value
    labels: factor, label
  Numbers that are NaN or infinite are null.
-#}
{%- macro factor_input_rows(sources, input) -%}
{%- set text, double = whence.type_text(), whence.type_double() -%}
{%- set roles = {
    'prices': [['date', 'date', 'date'], ['asset', 'asset', text], ['price', 'price', double], ['return', 'asset_return', double]],
    'portfolio': [
        ['asset', 'asset', text], ['weight', 'weight', double], ['market_value', 'market_value', double],
        ['shares', 'shares', double], ['price', 'price', double],
    ],
    'factors': [['date', 'date', 'date'], ['factor', 'factor', text], ['value', 'value', double]],
    'risk_free': [['date', 'date', 'date'], ['rate', 'value', double]],
    'labels': [['factor', 'factor', text], ['label', 'label', text]],
}[input] -%}
{%- set selects = [] -%}
{%- for source in sources if source.resolved is not none and input in source.resolved.inputs -%}
    {%- set given = source.resolved.inputs[input] -%}
    {%- for series in given.series or [none] -%}
        {%- set series_position = loop.index -%}
        {%- set select %}
select
    {{ whence.text_literal(source.spec.name) }} as model,
        {%- for role, name, type in roles %}
            {%- if series is not none and role == 'factor' %}
    {{ whence.text_literal(series.name) }} as factor,
            {%- elif series is not none and role == 'value' %}
    {{ whence.finite('cast(' ~ series.sql ~ ' as ' ~ double ~ ')') }} as value,
            {%- elif role not in given.columns %}
    cast(null as {{ type }}) as {{ name }},
            {%- elif type == double %}
    {{ whence.finite('cast(' ~ given.columns[role].sql ~ ' as ' ~ double ~ ')') }} as {{ name }},
            {%- elif role == 'label' %}
    {{ given.columns[role].sql }} as {{ name }},
            {%- elif type == text %}
    coalesce({{ given.columns[role].sql }}, '(blank)') as {{ name }},
            {%- else %}
    {{ given.columns[role].sql }} as {{ name }},
            {%- endif %}
        {%- endfor %}
    {{ series_position }} as series_position
from {{ source.relations[input] }}
        {%- endset -%}
        {%- do selects.append(select) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set columns = {'model': text} -%}
{%- for role, name, type in roles -%}
    {%- do columns.update({name: type}) -%}
{%- endfor -%}
{%- do columns.update({'series_position': 'integer'}) -%}
{{ whence.union_selects(selects, columns) }}
{%- endmacro -%}
