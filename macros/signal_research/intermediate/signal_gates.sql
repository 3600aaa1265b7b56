{#-
  The p-value that drives the screening of every result: that of the study's gate, where the result has one, else the
  procedure's primary one, so that no member leaves its family. t_stat is that of the same test; null where it has none.

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
        case when named_test.p_value is null then estimates.primary_code else specs.gate end as gate,
        coalesce(named_test.p_value, primary_test.p_value) as p_value,
        case
            when named_test.p_value is null then estimates.t_stat
            when named.distribution = 't' then named.value
        end as gate_t
    from {{ estimates }} as estimates
    inner join {{ specs }} as specs on estimates.study = specs.study
    left join {{ tests }} as primary_test
        on
            estimates.signal = primary_test.key
            and {{ whence.signal_test_family('estimates', 'estimates.primary_code') }} = primary_test.family
    left join {{ estimates }} as named
        on
            estimates.study = named.study
            and estimates.signal = named.signal
            and estimates.horizon = named.horizon
            and estimates.procedure = named.procedure
            and named.item = 'statistic'
            and named.distribution is not null
            and named.code = specs.gate
    left join {{ tests }} as named_test
        on
            estimates.signal = named_test.key
            and {{ whence.signal_test_family('estimates', 'specs.gate') }} = named_test.family
    where estimates.item = 'profile' and estimates.status = 'ok'

),

keyed as (

    select
        *,
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
    keyed.p_value,
    keyed.gate_t as t_stat,
    keyed.data_hash,
    case when keyed.family_kind = 'all_trials' then keyed.trial_family else keyed.study_family end as screening_family,
    case when keyed.family_kind = 'all_trials' then keyed.trial_key else keyed.signal end as test_key,
    keyed.trial_family,
    keyed.trial_key,
    case when keyed.family_kind = 'all_trials' then 1 else 0 end as is_over_trials
from keyed
{%- endmacro -%}
