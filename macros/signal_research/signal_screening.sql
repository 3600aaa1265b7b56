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

)

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
    coalesce(ranked.bhy_q <= specs.threshold, false) as is_survivor,
    coalesce(abs(gates.t_stat) > 3, false) as passes_t3
from {{ gates }} as gates
inner join {{ specs }} as specs on gates.study = specs.study
left join ranked on gates.screening_family = ranked.family and gates.test_key = ranked.key
{%- endmacro -%}
