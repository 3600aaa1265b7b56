{#-
  One estimate for every signal, horizon and procedure, with the verdict on its primary p-value.

  specs: relation or CTE with the columns of signal_spec_rows.
  estimates: of int_signal_research__estimates.
  tests: of int_signal_research__tests.
  Columns: those of signal_profiles (docs/signal_research.md).
-#}
{%- macro signal_profiles(specs, estimates, tests) -%}
with profiles as (

    select
        *,
        {{ whence.signal_test_family('estimates', 'estimates.primary_code') }} as test_family
    from {{ estimates }} as estimates
    where estimates.item = 'profile'

),

warned as (

    select
        study,
        signal,
        horizon,
        procedure,
        {{ whence.join_texts('code', ', ', whence.text_order('code')) }} as warnings
    from {{ estimates }}
    where item = 'warning'
    group by study, signal, horizon, procedure

)

select
    profiles.study,
    profiles.signal,
    profiles.horizon,
    profiles.procedure,
    profiles.scope || '_' || profiles.kind as cell,
    profiles.mode,
    profiles.estimate,
    profiles.standard_error,
    profiles.t_stat,
    profiles.df,
    tests.p_value as primary_p,
    coalesce(profiles.n_obs, 0) as n_obs,
    profiles.n_assets,
    profiles.n_dates,
    case
        when tests.p_value is null then null
        when tests.p_value <= specs.threshold then 'pass'
        else 'fail'
    end as verdict,
    profiles.status,
    profiles.reason,
    profiles.suggested_procedure,
    warned.warnings,
    profiles.data_hash
from profiles
inner join {{ specs }} as specs on profiles.study = specs.study
left join {{ tests }} as tests on profiles.test_family = tests.family and profiles.signal = tests.key
left join warned
    on
        profiles.study = warned.study
        and profiles.signal = warned.signal
        and profiles.horizon = warned.horizon
        and profiles.procedure = warned.procedure
{%- endmacro -%}
