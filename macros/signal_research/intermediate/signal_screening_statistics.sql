{#-
  The p-values that are adjusted for each other in a screening: those of a study, or all ever seen.

  gates: relation or CTE with the columns of signal_gates.
  trials: of signal_trials, with trial_family and trial_key.
  Columns: family, key, statistic (the p-value), distribution (given), df, df_2.
-#}
{%- macro signal_screening_statistics(gates, trials) -%}
{%- set double = whence.type_double() -%}
with families as (

    select
        screening_family as family,
        test_key as key,
        p_value as statistic
    from {{ gates }}
    where p_value is not null
    union all
    select
        trials.trial_family as family,
        trials.trial_key as key,
        trials.p_value as statistic
    from {{ trials }} as trials
    left join {{ gates }} as gates
        on
            trials.trial_family = gates.screening_family
            and trials.trial_key = gates.test_key
    where
        trials.p_value is not null
        and trials.trial_family in (select screening_family from {{ gates }} where is_over_trials = 1)
        -- a result of today counts with the p of today's gate
        and gates.test_key is null

)

select
    family,
    key,
    statistic,
    'given' as distribution,
    cast(null as {{ double }}) as df,
    cast(null as {{ double }}) as df_2
from families
{%- endmacro -%}
