{#-
  The p-value that drives the screening of every result: the statistic that the study's gate names, where the procedure has
  it, else the procedure's primary one.

  specs: relation or CTE with the columns of signal_spec_rows.
  estimates: of int_signal_research__estimates.
  tests: of int_signal_research__tests.
  Columns: study, signal, horizon, procedure, mode, gate (code), p_value, t_stat, data_hash, screening_family, test_key,
  is_over_trials (1 where the family is everything ever tried).
-#}
{%- macro signal_gates(specs, estimates, tests) -%}
with profiles as (

    select
        estimates.*,
        specs.family as family_kind,
        coalesce(named.code, estimates.primary_code) as gate
    from {{ estimates }} as estimates
    inner join {{ specs }} as specs on estimates.study = specs.study
    left join {{ estimates }} as named
        on
            estimates.study = named.study
            and estimates.signal = named.signal
            and estimates.horizon = named.horizon
            and estimates.procedure = named.procedure
            and named.item = 'statistic'
            and named.distribution is not null
            and named.code = specs.gate
    where estimates.item = 'profile' and estimates.status = 'ok'

),

keyed as (

    select
        *,
        {{ whence.signal_test_family('profiles', 'profiles.gate') }} as test_family,
        {{ whence.segment_label([
            "'signal_screening'", 'profiles.study', 'profiles.procedure', 'profiles.mode',
            'cast(profiles.horizon as ' ~ whence.type_text() ~ ')',
        ]) }} as study_family,
        {{ whence.segment_label([
            "'all_trials'", 'profiles.procedure', 'profiles.mode', 'cast(profiles.horizon as ' ~ whence.type_text() ~ ')',
        ]) }} as trial_family,
        {{ whence.segment_label(['profiles.study', 'profiles.signal', 'profiles.data_hash']) }} as trial_key
    from profiles

)

select
    keyed.study,
    keyed.signal,
    keyed.horizon,
    keyed.procedure,
    keyed.mode,
    keyed.gate,
    tests.p_value,
    keyed.t_stat,
    keyed.data_hash,
    case when keyed.family_kind = 'all_trials' then keyed.trial_family else keyed.study_family end as screening_family,
    case when keyed.family_kind = 'all_trials' then keyed.trial_key else keyed.signal end as test_key,
    keyed.trial_family,
    keyed.trial_key,
    case when keyed.family_kind = 'all_trials' then 1 else 0 end as is_over_trials
from keyed
left join {{ tests }} as tests on keyed.test_family = tests.family and keyed.signal = tests.key
{%- endmacro -%}
