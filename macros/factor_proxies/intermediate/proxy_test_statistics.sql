{#-
  Every hypothesis that tables of proxies test: that two series are uncorrelated, that states of the market have one
  correlation, that rates or a benchmark do not matter, that a candidate does not go with an exposure.

  correlations, regime_correlations, rate_sensitivity, market_sensitivity, offsets: relations or CTEs with the columns of the
  models int_factor_proxies__ of these names.
  Columns: family, key, statistic, distribution, df, df_2.
-#}
{%- macro proxy_test_statistics(correlations, regime_correlations, rate_sensitivity, market_sensitivity, offsets) -%}
{%- set double = whence.type_double() -%}
select
    'correlation:' || scope as family,
    {{ whence.proxy_pair_key('series_a', 'series_b') }} as key,
    statistic,
    't' as distribution,
    df,
    cast(null as {{ double }}) as df_2
from {{ correlations }}
where statistic is not null and {{ whence.text_order('series_a') }} < {{ whence.text_order('series_b') }}

union all

select
    'regime:' || regime_rule || ':' || scope as family,
    {{ whence.proxy_pair_key('series_a', 'series_b') }} as key,
    max(difference_statistic) as statistic,
    'normal' as distribution,
    cast(null as {{ double }}) as df,
    cast(null as {{ double }}) as df_2
from {{ regime_correlations }}
where difference_statistic is not null
group by regime_rule, scope, series_a, series_b

union all

select
    'rates:' || maturity as family,
    {{ whence.json_string('series') }} as key,
    t_stat as statistic,
    't' as distribution,
    df,
    cast(null as {{ double }}) as df_2
from {{ rate_sensitivity }}
where t_stat is not null

union all

select
    'market:' || benchmark as family,
    {{ whence.json_string('series') }} as key,
    t_stat as statistic,
    't' as distribution,
    df,
    cast(null as {{ double }}) as df_2
from {{ market_sensitivity }}
where t_stat is not null

union all

select
    'offset:' || exposed as family,
    {{ whence.json_string('candidate') }} as key,
    t_stat as statistic,
    't' as distribution,
    df,
    cast(null as {{ double }}) as df_2
from {{ offsets }}
where t_stat is not null
{%- endmacro -%}
