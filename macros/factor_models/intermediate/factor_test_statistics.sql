{#-
  Every hypothesis that factor tables test: that a beta, or alpha, is zero.

  betas: relation or CTE with the columns of int_factor_models__betas.
  Columns: family, key, statistic, distribution, df, df_2.
-#}
{%- macro factor_test_statistics(betas) -%}
select
    {{ whence.factor_beta_family('betas') }} as family,
    {{ whence.factor_beta_key('betas') }} as key,
    betas.t_stat as statistic,
    't' as distribution,
    betas.df,
    cast(null as {{ whence.type_double() }}) as df_2
from {{ betas }} as betas
where betas.t_stat is not null
{%- endmacro -%}
