{#-
  How returns go with changes of yields, with what was tested about it.

  sensitivities: relation or CTE with the columns of int_factor_proxies__rate_sensitivity.
  tests: of int_factor_proxies__tests.
  Columns: those of proxy_rate_sensitivity (docs/factor_proxies.md).
-#}
{%- macro proxy_rate_sensitivity(sensitivities, tests) -%}
select
    sensitivities.series,
    sensitivities.maturity,
    sensitivities.n_obs,
    sensitivities.correlation,
    sensitivities.beta,
    sensitivities.standard_error,
    sensitivities.t_stat,
    tests.p_value,
    tests.bhy_q as q_value,
    sensitivities.r_squared,
    sensitivities.vif
from {{ sensitivities }} as sensitivities
left join {{ tests }} as tests
    on
        tests.family = 'rates:' || sensitivities.maturity
        and tests.key = {{ whence.json_string('sensitivities.series') }}
{%- endmacro -%}
