{#-
  One sentence per information coefficient that passes and differs between the slices of the study.

  profiles, statistics: relations or CTEs with the columns of the tables signal_*.
  Columns: those of signal_insight_summaries.
-#}
{%- macro signal_insight_slices(profiles, statistics) -%}
select
        passed.study,
        'slice' as kind,
        slice_ic_p.value as size,
        passed.signal,
        passed.horizon,
        passed.procedure,
        {{ whence.signal_insight_subject('passed') }}
        || ' depends on the slice: the highest coefficient of ' || {{ whence.format_number('n_slices_tested.value') }}
        || ' slices lies ' || {{ whence.format_number('slice_ic_spread.value') }}
        || ' above the lowest (p of the difference ' || {{ whence.format_number('slice_ic_p.value') }} || ').' as headline,
        {{ whence.insight_evidence({
            'n_slices_tested': 'signal_statistics', 'slice_ic_spread': 'signal_statistics',
            'slice_ic_p': 'signal_statistics',
        }) }} as evidence
    {{ whence.signal_insight_statistics(
        ['n_slices_tested', 'slice_ic_spread', 'slice_ic_p'], profiles, statistics
    ) }}
    where passed.procedure = 'ic' and passed.verdict = 'pass' and slice_ic_p.value <= 0.05
{%- endmacro -%}
