{#-
  One sentence per result that survives the screening.

  screening, profiles: relations or CTEs with the columns of the tables signal_*.
  Columns: those of signal_insight_summaries.
-#}
{%- macro signal_insight_survivors(screening, profiles) -%}
select
        survivors.study,
        'survivor' as kind,
        survivors.bhy_q as size,
        survivors.signal,
        survivors.horizon,
        survivors.procedure,
        {{ whence.signal_insight_subject('survivors') }}
        || ' survives: estimate ' || {{ whence.format_number('estimates.estimate') }}
        || coalesce(', t ' || {{ whence.format_number('survivors.t_stat') }}, '')
        || ', adjusted p ' || {{ whence.format_number('survivors.bhy_q') }}
        || case when survivors.passes_t3 then '.' else '; its t does not pass the hurdle for a new factor.' end as headline,
        {{ whence.insight_evidence({'survivors': 'signal_screening', 'estimates': 'signal_profiles'}) }} as evidence
    from {{ screening }} as survivors
    inner join {{ profiles }} as estimates
        on
            survivors.study = estimates.study
            and survivors.signal = estimates.signal
            and survivors.horizon = estimates.horizon
            and survivors.procedure = estimates.procedure
    where survivors.is_survivor
{%- endmacro -%}
