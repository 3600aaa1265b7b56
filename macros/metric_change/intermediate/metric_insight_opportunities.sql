{#-
  Segments of the ranking metric that came out above what the pace of the rest would give, by more than noise. Which
  direction is good is not known, so the sentences do not say. Of segments with the same rows, that of the fewest
  dimensions speaks.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  movers: relation or CTE with the columns of metric_movers.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_opportunities(contexts, movers) -%}
with ahead as (

    select
        movers.*,
        length(movers.dimensions) - length(replace(movers.dimensions, ' | ', '')) as n_bars
    from {{ contexts }} as contexts
    inner join {{ movers }} as movers on contexts.analysis = movers.analysis and contexts.rank_by = movers.metric
    where
        movers.segment not in ('(blank)', '(other)', '(overlap)')
        and movers.unexpected_change > 0
        and movers.unexpected_q_value <= {{ whence.metric_insight_limits().max_q }}
        and movers.baseline_records >= contexts.opportunity_min_records
        and movers.current_records >= contexts.opportunity_min_records

),

distinguished as (

    select
        *,
        row_number() over (
            partition by
                analysis, baseline_records, current_records, {{ whence.round_significant('unexpected_change') }}
            order by n_bars, {{ whence.text_order('dimensions') }}, {{ whence.text_order('segment') }}
        ) as alias_rank
    from ahead

)

select
    movers.analysis,
    'opportunity' as kind,
    movers.n_bars as class,
    movers.unexpected_change as size,
    movers.metric,
    {{ whence.metric_insight_subject('movers') }} || ' came out ' || {{ whence.format_number('movers.unexpected_change') }}
    || ' above what the pace of the rest would give'
    || case
        when movers.change > 0 then '; it rose by '
        when movers.change < 0 then '; it fell by '
        else '; it changed by '
    end || {{ whence.format_number('abs(movers.change)') }}
    || coalesce(' (' || {{ whence.format_percent('movers.change_pct') }} || ')', '')
    || '; q ' || {{ whence.format_number('movers.unexpected_q_value') }} as headline,
    {{ whence.insight_evidence({'movers': 'metric_movers'}) }} as evidence
from distinguished as movers
where movers.alias_rank = 1
{%- endmacro -%}
