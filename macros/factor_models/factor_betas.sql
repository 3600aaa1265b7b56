{#-
  Betas of assets and portfolio on known factors, with what was tested about them.

  betas: relation or CTE with the columns of int_factor_models__betas.
  tests: of int_factor_models__tests.
  Columns: those of factor_betas (docs/factor_models.md).
-#}
{%- macro factor_betas(betas, tests) -%}
select
    betas.model,
    betas.asset,
    betas.factor,
    betas.beta,
    betas.standard_error,
    betas.t_stat,
    tests.p_value,
    tests.bhy_q as q_value,
    betas.vif,
    betas.r_squared,
    betas.adjusted_r_squared,
    betas.residual_volatility,
    betas.n_obs,
    betas.status,
    betas.reason
from {{ betas }} as betas
left join {{ tests }} as tests
    on
        tests.family = {{ whence.factor_beta_family('betas') }}
        and tests.key = {{ whence.factor_beta_key('betas') }}
{%- endmacro -%}
