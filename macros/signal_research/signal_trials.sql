{#-
  Every result that was ever looked at: one per study, signal, horizon, procedure and state of the data. Only those that
  are not known yet, where the table exists.

  gates: relation or CTE with the columns of signal_gates.
  known: relation of signal_trials, none where it does not exist.
  Columns: those of signal_trials (docs/signal_research.md).
-#}
{%- macro signal_trials(gates, known=none) -%}
select
    gates.study,
    gates.signal,
    gates.horizon,
    gates.procedure,
    gates.data_hash,
    cast({{ whence.text_literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S')) }} as timestamp) as first_seen_at,
    gates.mode,
    gates.gate,
    gates.p_value,
    gates.t_stat,
    gates.trial_family,
    gates.trial_key
from {{ gates }} as gates
{%- if known is not none %}
left join {{ known }} as known
    on
        gates.study = known.study
        and gates.signal = known.signal
        and gates.horizon = known.horizon
        and gates.procedure = known.procedure
        and gates.data_hash = known.data_hash
where known.study is null
{%- endif %}
{%- endmacro -%}
