{#-
  One sentence per warning of a result that passes.

  profiles, warnings: relations or CTEs with the columns of the tables signal_*.
  Columns: those of signal_insight_summaries.
-#}
{%- macro signal_insight_warnings(profiles, warnings) -%}
select
        passed.study,
        'warning' as kind,
        passed.primary_p as size,
        passed.signal,
        passed.horizon,
        passed.procedure,
        {{ whence.signal_insight_subject('passed') }}
        || ' passes with p ' || {{ whence.format_number('passed.primary_p') }}
        || ' and the warning ' || raised.code
        || ': observed ' || {{ whence.format_number('raised.observed') }}
        || ', threshold ' || {{ whence.format_number('raised.threshold') }} || '.' as headline,
        {{ whence.insight_evidence({'raised': 'signal_warnings', 'passed': 'signal_profiles'}) }} as evidence
    from {{ profiles }} as passed
    inner join {{ warnings }} as raised
        on
            passed.study = raised.study
            and passed.signal = raised.signal
            and passed.horizon = raised.horizon
            and passed.procedure = raised.procedure
    where passed.verdict = 'pass' and raised.kind = 'warning'
{%- endmacro -%}
