{#-
  Fails for every two series whose correlation over the last months differs from that over the months before by more than
  chance, by the z of correlation_shifts. Warns, unless severity says otherwise.

  For proxy_returns, or any model with the columns series, month_end and monthly_return. Which series:

  pairs: list of two names each.
  series: list of names, each with each.
  scope: a scope of `correlations`, each of its series with each.
  correlations: relation with the columns of proxy_correlations, of which scope is one.

  recent_months: how many of the last months of the model are recent (36).
  min_observations: months that both series must have, recent and before (24); other pairs are left out.
  max_z: size of z from which on a shift is reported (3, which 0.3 % of pairs that have not shifted exceed where returns are
    normal; extreme months make it more).
-#}
{% test no_correlation_shift(
    model, pairs=none, series=none, scope=none, correlations=none, recent_months=36, min_observations=24, max_z=3
) %}

{{ config(severity='warn') }}

{%- set given = [pairs is not none, series is not none, scope is not none] | select | list | length -%}
{%- set place = 'whence.no_correlation_shift' -%}
{%- if given != 1 -%}
    {%- do whence.config_error(place, 'needs one of pairs, series and scope') -%}
{%- elif scope is not none and correlations is none -%}
    {%- do whence.config_error(place, 'has a scope; expected correlations: ref(\'proxy_correlations\') beside it') -%}
{%- elif min_observations < 4 -%}
    {%- do whence.config_error(place, 'min_observations: ' ~ min_observations ~ ' is below 4, and z needs as many') -%}
{%- endif -%}
{%- set named = [] -%}
{%- for pair in pairs or [] -%}
    {%- if pair is string or pair | length != 2 -%}
        {%- do whence.config_error(place, 'pairs: ' ~ pair ~ ' is no list of two names') -%}
    {%- endif -%}
    {%- do named.append(pair) -%}
{%- endfor -%}
{%- for first in series or [] -%}
    {%- for second in series[loop.index:] -%}
        {%- do named.append([first, second]) -%}
    {%- endfor -%}
{%- endfor -%}

with pairs as (
{% if scope is not none %}
    select
        series_a,
        series_b
    from {{ correlations }}
    where scope = {{ whence.text_literal(scope) }} and {{ whence.text_order('series_a') }} < {{ whence.text_order('series_b') }}
{% else %}
    {%- for pair in named %}
    select
        {{ whence.text_literal(pair[0]) }} as series_a,
        {{ whence.text_literal(pair[1]) }} as series_b
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ whence.empty_select({'series_a': whence.type_text(), 'series_b': whence.type_text()}) }}
    {%- endfor %}
{% endif %}
),

compared as (

    {{ whence.correlation_shifts(model, 'pairs', recent_months, min_observations) }}

)

select *
from compared
where abs(z) > {{ max_z }}

{% endtest %}
