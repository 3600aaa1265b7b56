{#-
  One sentence per family: its strongest test, and whether it survives.

  screening: relation or CTE with the columns of signal_screening.
  Columns: study, kind, size (what is smaller comes first), signal, horizon, procedure, headline, evidence.
-#}
{%- macro signal_insight_summaries(screening) -%}
select
        best.study,
        'summary' as kind,
        best.bhy_q as size,
        best.signal,
        best.horizon,
        best.procedure,
        case
            when best.family_size = 1 then 'The only test is of '
            else 'The strongest of ' || cast(best.family_size as {{ whence.type_text() }}) || ' tests is of '
        end
        || {{ whence.signal_insight_subject('best') }}
        || ': p ' || {{ whence.format_number('best.p_value') }}
        || ', adjusted ' || {{ whence.format_number('best.bhy_q') }}
        || case when best.is_survivor then '; it survives.' else '; it does not survive.' end as headline,
        {{ whence.insight_evidence({'best': 'signal_screening'}) }} as evidence
    from {{ screening }} as best
    where best.p_rank = 1
{%- endmacro -%}
