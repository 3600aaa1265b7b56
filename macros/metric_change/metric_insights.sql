{#-
  What the tables say first, in sentences: every number of a sentence stands in the rows that its evidence names.

  contexts: relation or CTE with analysis, period_end and insights_top.
  candidates: relation or CTE with analysis, kind, class (integer: what comes first), size (double: within a class, the
  larger the earlier), metric, headline, evidence; sentences that miss a part (null) are left out.
  Columns: those of metric_insights (docs/metric_change.md). A summary has a row per metric, other kinds insights_top.
-#}
{%- macro metric_insights(contexts, candidates) -%}
with ranked as (

    select
        contexts.analysis,
        contexts.period_end,
        contexts.insights_top,
        candidates.kind,
        candidates.metric,
        candidates.headline,
        candidates.evidence,
        cast(row_number() over (
            partition by candidates.analysis, candidates.kind
            order by
                candidates.class,
                {{ whence.round_significant('candidates.size') }} desc nulls last,
                {{ whence.text_order('candidates.evidence') }},
                {{ whence.text_order('candidates.headline') }}
        ) as integer) as insight_rank
    from {{ candidates }} as candidates
    inner join {{ contexts }} as contexts on candidates.analysis = contexts.analysis
    where candidates.headline is not null and candidates.evidence is not null

)

select
    analysis,
    period_end,
    kind,
    insight_rank,
    metric,
    headline,
    evidence
from ranked
where kind = 'summary' or insight_rank <= insights_top
{%- endmacro -%}
