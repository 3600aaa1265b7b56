{#-
  What a referee would raise about a result: the code, what was observed, and the threshold it is measured by.

  estimates: relation or CTE with the columns of int_signal_research__estimates.
  codes: the seed signal_codes.
  Columns: those of signal_warnings (docs/signal_research.md).
-#}
{%- macro signal_warnings(estimates, codes) -%}
select
    estimates.study,
    estimates.signal,
    estimates.horizon,
    estimates.procedure,
    estimates.code,
    estimates.kind_of_warning as kind,
    estimates.observed,
    estimates.threshold,
    codes.description
from {{ estimates }} as estimates
left join {{ codes }} as codes on estimates.code = codes.code
where estimates.item = 'warning'
{%- endmacro -%}
