{#-
  Fails for every two series whose correlation over the last months differs from that over the months before by more than
  chance: Fisher's z of both, their difference over its error. Warns, unless severity says otherwise.

      z = (atanh(r_recent) - atanh(r_before)) / sqrt(1 / (n_recent - 3) + 1 / (n_before - 3))

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

with returns as (

    select
        series,
        month_end,
        {{ whence.month_number('month_end') }} as month_number,
        monthly_return
    from {{ model }}
    where monthly_return is not null

),

pairs as (
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

ends as (

    select max(month_number) as last_number
    from returns

),

joined as (

    select
        pairs.series_a,
        pairs.series_b,
        first_returns.month_number > ends.last_number - {{ recent_months }} as is_recent,
        first_returns.monthly_return as return_a,
        second_returns.monthly_return as return_b
    from pairs
    cross join ends
    inner join returns as first_returns on pairs.series_a = first_returns.series
    inner join returns as second_returns
        on pairs.series_b = second_returns.series and first_returns.month_end = second_returns.month_end

),

parts as (

    select
        series_a,
        series_b,
        is_recent,
        count(*) as n_obs,
        {{ whence.finite('corr(return_a, return_b)') }} as correlation
    from joined
    group by series_a, series_b, is_recent

),

transformed as (

    -- a perfect correlation has no finite z
    select
        *,
        ln(greatest(1 + correlation, 1e-12) / greatest(1 - correlation, 1e-12)) / 2 as fisher_z
    from parts
    where n_obs >= {{ min_observations }} and correlation is not null

),

compared as (

    select
        recent.series_a,
        recent.series_b,
        before.n_obs as n_before,
        recent.n_obs as n_recent,
        before.correlation as correlation_before,
        recent.correlation as correlation_recent,
        (recent.fisher_z - before.fisher_z)
        / sqrt(1.0 / (recent.n_obs - 3) + 1.0 / (before.n_obs - 3)) as z
    from transformed as recent
    inner join transformed as before
        on
            recent.series_a = before.series_a
            and recent.series_b = before.series_b
            and recent.is_recent
            and not before.is_recent

)

select *
from compared
where abs(z) > {{ max_z }}

{% endtest %}
