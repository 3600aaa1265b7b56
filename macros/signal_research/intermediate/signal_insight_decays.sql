{#-
  One sentence per information coefficient that passes and differs between the first and the last dates.

  profiles, statistics: relations or CTEs with the columns of the tables signal_*.
  Columns: those of signal_insight_summaries.
-#}
{%- macro signal_insight_decays(profiles, statistics) -%}
select
        passed.study,
        'decay' as kind,
        ic_decay_p.value as size,
        passed.signal,
        passed.horizon,
        passed.procedure,
        {{ whence.signal_insight_subject('passed') }}
        || case
            when abs(ic_out_of_sample_mean.value) < abs(ic_in_sample_mean.value) then ' has faded: '
            else ' has grown: '
        end
        || {{ whence.format_number('ic_in_sample_mean.value') }} || ' on the first dates, '
        || {{ whence.format_number('ic_out_of_sample_mean.value') }} || ' on the last (p of the difference '
        || {{ whence.format_number('ic_decay_p.value') }} || ').' as headline,
        {{ whence.insight_evidence({
            'ic_in_sample_mean': 'signal_statistics', 'ic_out_of_sample_mean': 'signal_statistics',
            'ic_decay_p': 'signal_statistics',
        }) }} as evidence
    {{ whence.signal_insight_statistics(
        ['ic_in_sample_mean', 'ic_out_of_sample_mean', 'ic_decay_p'], profiles, statistics
    ) }}
    where passed.procedure = 'ic' and passed.verdict = 'pass' and ic_decay_p.value <= 0.05
{%- endmacro -%}
