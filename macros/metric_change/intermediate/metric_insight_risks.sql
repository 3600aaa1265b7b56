{#-
  What a reader should know before relying on a number: reversals (Simpson's paradox), large segments that are gone,
  and a ranking metric that rests on little.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  totals, segments, movers, drilldown: relations or CTEs with the columns of the public tables.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_risks(contexts, totals, segments, movers, drilldown) -%}
{%- set limits = whence.metric_insight_limits() -%}
with shared as (

    select
        segments.*,
        count(*) over (partition by segments.analysis, segments.dimensions) as n_segments
    from {{ contexts }} as contexts
    inner join {{ segments }} as segments on contexts.analysis = segments.analysis and contexts.rank_by = segments.metric
    where segments.side = 'current' and segments.depth = 1

)

select
    nodes.analysis,
    'risk' as kind,
    case when nodes.metric = contexts.rank_by then 0 else 4 end as class,
    coalesce(abs(nodes.share_of_total), 0) as size,
    nodes.metric,
    {{ whence.shorten_text('nodes.metric') }}
    || case when nodes.depth = 0 then '' else ' of ' || {{ whence.shorten_text('nodes.path', 120) }} end
    || ', by ' || {{ whence.shorten_text('nodes.split_dimension') }}
    || case when nodes.change > 0 then ': rose by ' else ': fell by ' end || {{ whence.format_number('abs(nodes.change)') }}
    || ' while the rates within its segments on balance ' || case when nodes.change > 0 then 'fell' else 'rose' end
    || ' (Simpson''s paradox)' as headline,
    {{ whence.insight_evidence({'nodes': 'metric_drilldown'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ drilldown }} as nodes on contexts.analysis = nodes.analysis
where nodes.is_simpson

union all

-- what a lost segment held of all records is what its share of records changed by
select
    lost.analysis,
    'risk' as kind,
    1 as class,
    abs(lost.record_share_change) as size,
    lost.metric,
    {{ whence.metric_insight_subject('lost') }} || ': lost'
    || coalesce(', ' || {{ whence.format_number('lost.baseline_value') }} || ' in the baseline', '')
    || ', on ' || {{ whence.format_percent('abs(lost.record_share_change)') }} || ' of its records' as headline,
    {{ whence.insight_evidence({'lost': 'metric_movers'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ movers }} as lost on contexts.analysis = lost.analysis and contexts.rank_by = lost.metric
where
    lost.status = 'lost'
    and lost.segment <> '(other)'
    and {{ whence.metric_is_one_dimension('lost.dimensions') }}
    and lost.record_share_change <= -{{ limits.min_lost_share }}

union all

select
    shared.analysis,
    'risk' as kind,
    2 as class,
    shared.value_share as size,
    shared.metric,
    {{ whence.metric_insight_subject('shared') }} || ': ' || {{ whence.format_percent('shared.value_share') }}
    || ' of the whole, more than all other segments together' as headline,
    {{ whence.insight_evidence({'shared': 'metric_segments'}) }} as evidence
from shared
where
    shared.n_segments > 2
    and shared.segment <> '(other)'
    and shared.aggregation in ('sum', 'count')
    and shared.value_share > {{ limits.min_segment_share }}

union all

select
    totals.analysis,
    'risk' as kind,
    3 as class,
    totals.top5_value_share as size,
    totals.metric,
    {{ whence.shorten_text('totals.metric') }} || ': of ' || {{ whence.format_number('totals.segments') }}
    || ' leaf segments, five hold ' || {{ whence.format_percent('totals.top5_value_share') }} || ' of it' as headline,
    {{ whence.insight_evidence({'totals': 'metric_totals'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ totals }} as totals
    on contexts.analysis = totals.analysis and contexts.rank_by = totals.metric and totals.side = 'current'
where totals.segments >= {{ limits.min_leaves }} and totals.top5_value_share >= {{ limits.min_top5_share }}
{%- endmacro -%}
