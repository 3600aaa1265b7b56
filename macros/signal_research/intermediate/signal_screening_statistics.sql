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
    where is_over_trials = 0 and p_value is not null
    union all
    select
        trial_family as family,
        trial_key as key,
        p_value as statistic
    from {{ trials }}
    where
        p_value is not null
        and trial_family in (select screening_family from {{ gates }} where is_over_trials = 1)

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
