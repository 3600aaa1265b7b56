{#-
  Which signals survive adjustment for all that were tried: Benjamini-Yekutieli among the signals of a study with the same
  procedure, mode and horizon, or among everything ever tried with them.

  specs: relation or CTE with the columns of signal_spec_rows.
  gates: one row per study, signal, horizon, procedure with mode, t_stat, test_family, test_key: which test drives it.
  tests: of int_signal_research__screening_tests.
  Columns: those of signal_screening (docs/signal_research.md).
-#}
{%- macro signal_screening(specs, gates, tests) -%}
with sizes as (

    select
        family,
        count(p_value) as family_size
    from {{ tests }}
    group by family

)

select
    gates.study,
    gates.screening_family as family,
    gates.signal,
    gates.horizon,
    gates.procedure,
    gates.gate,
    tests.p_value,
    gates.t_stat,
    case
        when tests.p_value is not null then cast(row_number() over (
            partition by gates.study, gates.screening_family
            order by tests.p_value nulls last, {{ whence.text_order('gates.signal') }}
        ) as integer)
    end as p_rank,
    sizes.family_size,
    tests.bh_q,
    tests.bhy_q,
    tests.holm_p,
    coalesce(tests.bhy_q <= specs.threshold, false) as is_survivor,
    coalesce(abs(gates.t_stat) > 3, false) as passes_t3
from {{ gates }} as gates
inner join {{ specs }} as specs on gates.study = specs.study
left join {{ tests }} as tests on gates.screening_family = tests.family and gates.test_key = tests.key
left join sizes on gates.screening_family = sizes.family
{%- endmacro -%}
