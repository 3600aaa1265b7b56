{#-
  Correlations of all pairs of every scope, in both orders, with what was tested about them.

  correlations: relation or CTE with the columns of int_factor_proxies__correlations.
  tests: of int_factor_proxies__tests.
  Columns: those of proxy_correlations (docs/factor_proxies.md).
-#}
{%- macro proxy_correlations(correlations, tests) -%}
select
    correlations.scope,
    correlations.series_a,
    correlations.series_b,
    correlations.n_obs,
    correlations.correlation,
    correlations.ci_low,
    correlations.ci_high,
    tests.p_value,
    tests.bhy_q as q_value,
    correlations.shrunk_correlation,
    correlations.ewma_correlation,
    correlations.rolling_std_36m,
    correlations.rolling_sign_consistency_36m,
    correlations.relationship,
    correlations.is_relationship_certain
from {{ correlations }} as correlations
left join {{ tests }} as tests
    on
        tests.family = 'correlation:' || correlations.scope
        and tests.key = {{ whence.proxy_pair_key('correlations.series_a', 'correlations.series_b') }}
{%- endmacro -%}
