{#-
  Every p-value of signals: its family are all signals of a study tested by the same procedure, in the same mode, over the
  same horizon, for the same statistic.

  estimates: relation or CTE with the columns of int_signal_research__estimates.
  Columns: family, key (the signal), statistic, distribution, df, df_2.
-#}
{%- macro signal_test_statistics(estimates) -%}
select
    {{ whence.signal_test_family('estimates', 'estimates.code') }} as family,
    estimates.signal as key,
    estimates.value as statistic,
    estimates.distribution,
    estimates.value_df as df,
    cast(null as {{ whence.type_double() }}) as df_2
from {{ estimates }} as estimates
where estimates.item = 'statistic' and estimates.distribution is not null
{%- endmacro -%}
