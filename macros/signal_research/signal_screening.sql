{#-
  Which signals survive adjustment for all that were tried: Benjamini-Yekutieli among the signals of a study with the same
  procedure, mode and horizon, or among everything ever tried with them.

  specs: relation or CTE with the columns of signal_spec_rows.
  gates: relation or CTE with the columns of signal_gates.
  tests: of int_signal_research__screening_tests.
  Columns: those of signal_screening (docs/signal_research.md).
-#}
{%- macro signal_screening(specs, gates, tests) -%}
with ranked as (

    select
        *,
        count(p_value) over (partition by family) as family_size,
        case
            when p_value is not null then cast(row_number() over (
                partition by family
                order by p_value nulls last, {{ whence.text_order('key') }}
            ) as integer)
        end as p_rank
    from {{ tests }}

),

screened as (

    select
        gates.study,
        gates.screening_family as family,
        gates.signal,
        gates.horizon,
        gates.procedure,
        gates.gate,
        ranked.p_value,
        gates.t_stat,
        ranked.p_rank,
        ranked.family_size,
        ranked.bh_q,
        ranked.bhy_q,
        ranked.holm_p,
        specs.threshold
    from {{ gates }} as gates
    inner join {{ specs }} as specs on gates.study = specs.study
    left join ranked on gates.screening_family = ranked.family and gates.test_key = ranked.key

),

hierarchical as (

    {{ whence.signal_hierarchical_q('screened') }}

),

partial_conjunctions as (

    {{ whence.signal_partial_conjunctions('screened') }}

)

select
    screened.study,
    screened.family,
    screened.signal,
    screened.horizon,
    screened.procedure,
    screened.gate,
    screened.p_value,
    screened.t_stat,
    screened.p_rank,
    screened.family_size,
    screened.bh_q,
    screened.bhy_q,
    screened.holm_p,
    coalesce(screened.bhy_q <= screened.threshold, false) as is_survivor,
    coalesce(abs(screened.t_stat) > 3, false) as passes_t3,
    hierarchical.hierarchical_q,
    coalesce(hierarchical.hierarchical_q <= screened.threshold, false) as is_hierarchical_survivor,
    partial_conjunctions.partial_conjunction_p
from screened
left join hierarchical
    on
        screened.study = hierarchical.study
        and screened.family = hierarchical.family
        and screened.signal = hierarchical.signal
left join partial_conjunctions
    on
        screened.study = partial_conjunctions.study
        and screened.signal = partial_conjunctions.signal
        and screened.procedure = partial_conjunctions.procedure
{%- endmacro -%}
