{#-
  Correlations in each state of the market, and whether the states differ.

  correlations: relation or CTE with the columns of int_factor_proxies__regime_correlations.
  tests: of int_factor_proxies__tests.
  Columns: those of proxy_regime_correlations (docs/factor_proxies.md).
-#}
{%- macro proxy_regime_correlations(correlations, tests) -%}
select
    correlations.scope,
    correlations.regime_rule,
    correlations.series_a,
    correlations.series_b,
    correlations.regime,
    correlations.n_obs,
    correlations.correlation,
    tests.p_value as difference_p_value,
    tests.bhy_q as difference_q_value
from {{ correlations }} as correlations
left join {{ tests }} as tests
    on
        tests.family = 'regime:' || correlations.regime_rule || ':' || correlations.scope
        and tests.key = {{ whence.proxy_pair_key('correlations.series_a', 'correlations.series_b') }}
{%- endmacro -%}
