{#-
  How returns go with those of the benchmarks, with what was tested about it.

  sensitivities: relation or CTE with the columns of int_factor_proxies__market_sensitivity.
  tests: of int_factor_proxies__tests.
  Columns: those of proxy_market_sensitivity (docs/factor_proxies.md).
-#}
{%- macro proxy_market_sensitivity(sensitivities, tests) -%}
select
    sensitivities.series,
    sensitivities.benchmark,
    sensitivities.n_obs,
    sensitivities.correlation,
    sensitivities.beta,
    sensitivities.alpha,
    sensitivities.r_squared,
    sensitivities.up_beta,
    sensitivities.down_beta,
    sensitivities.standard_error,
    sensitivities.t_stat,
    tests.p_value,
    tests.bhy_q as q_value
from {{ sensitivities }} as sensitivities
left join {{ tests }} as tests
    on
        tests.family = 'market:' || sensitivities.benchmark
        and tests.key = {{ whence.json_string('sensitivities.series') }}
{%- endmacro -%}
