{#-
  Every statistic of every signal, horizon and procedure; those that are p-values are marked.

  estimates: relation or CTE with the columns of int_signal_research__estimates.
  tests: of int_signal_research__tests.
  Columns: those of signal_statistics (docs/signal_research.md).
-#}
{%- macro signal_statistics(estimates, tests) -%}
with found as (

    select
        *,
        {{ whence.signal_test_family('estimates', 'estimates.code') }} as test_family
    from {{ estimates }} as estimates
    where estimates.item = 'statistic'

)

select
    found.study,
    found.signal,
    found.horizon,
    found.procedure,
    found.code as statistic,
    case when found.distribution is null then found.value else tests.p_value end as value,
    found.distribution is not null as is_p_value
from found
left join {{ tests }} as tests on found.test_family = tests.family and found.signal = tests.key
{%- endmacro -%}
