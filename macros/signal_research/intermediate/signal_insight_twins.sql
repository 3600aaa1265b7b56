{#-
  One sentence per slope that passes but that the study's other signals make up: four fifths of its variance, and nothing
  shown to be left.

  profiles, statistics: relations or CTEs with the columns of the tables signal_*.
  Columns: those of signal_insight_summaries.
-#}
{%- macro signal_insight_twins(profiles, statistics) -%}
select
        passed.study,
        'twin' as kind,
        1 - spanning_r_squared.value as size,
        passed.signal,
        passed.horizon,
        passed.procedure,
        {{ whence.signal_insight_subject('passed') }}
        || ' is had from the other signals of the study: they make up '
        || {{ whence.format_percent('spanning_r_squared.value') }} || ' of its slopes'
        || coalesce(
            ', and what is left, ' || {{ whence.format_number('spanning_alpha.value') }}
            || ', is not shown to differ from zero (p ' || {{ whence.format_number('spanning_alpha_p_ewc.value') }} || ')',
            ''
        ) || '.' as headline,
        {{ whence.insight_evidence({
            'spanning_r_squared': 'signal_statistics', 'spanning_alpha': 'signal_statistics',
            'spanning_alpha_p_ewc': 'signal_statistics',
        }) }} as evidence
    {{ whence.signal_insight_statistics(
        ['spanning_r_squared', 'spanning_alpha', 'spanning_alpha_p_ewc'], profiles, statistics
    ) }}
    where
        passed.procedure = 'fm'
        and passed.verdict = 'pass'
        and spanning_r_squared.value >= 0.8
        and coalesce(spanning_alpha_p_ewc.value, 1) > 0.05
{%- endmacro -%}
