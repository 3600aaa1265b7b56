{#-
  How much of the current side rests on few segments: the leaf segments together, then the largest segment of each
  dimension. Where the ranking metric has no shares (averages, ratios, values of both signs), records stand for it.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  totals, segments: relations or CTEs with the columns of the public tables.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_concentrations(contexts, totals, segments) -%}
with shared as (

    select
        segments.*,
        max(case when segments.metric = contexts.rank_by and segments.value_share is not null then 1 else 0 end)
            over (partition by segments.analysis, segments.dimensions) as has_shares,
        max(case when segments.metric = contexts.rank_by then 1 else 0 end)
            over (partition by segments.analysis, segments.dimensions, segments.metric) as is_ranking,
        count(*) over (partition by segments.analysis, segments.dimensions, segments.metric) as n_segments
    from {{ contexts }} as contexts
    inner join {{ segments }} as segments on contexts.analysis = segments.analysis
    where segments.side = 'current' and segments.depth = 1 and segments.metric in (contexts.rank_by, 'records')

),

ordered as (

    select
        *,
        row_number() over (
            partition by analysis, dimensions
            order by {{ whence.round_significant('value_share') }} desc nulls last, {{ whence.text_order('segment') }}
        ) as share_rank
    from shared
    where
        n_segments > 1
        and segment <> '(other)'
        and (has_shares = 1 and is_ranking = 1 or has_shares = 0 and metric = 'records')

)

select
    totals.analysis,
    'concentration' as kind,
    0 as class,
    cast(0 as {{ whence.type_double() }}) as size,
    totals.metric,
    {{ whence.shorten_text('totals.metric') }} || ': of ' || {{ whence.format_number('totals.segments') }} || ' leaf segments'
    || coalesce(', the five largest hold ' || {{ whence.format_percent('totals.top5_value_share') }} || ' of it', '')
    || case when totals.metric = 'records' and totals.top5_value_share is not null then ''
        else ', the five with most records hold ' || {{ whence.format_percent('totals.top5_record_share') }} || ' of records' end
    || coalesce('; the Herfindahl index is ' || {{ whence.format_number('totals.herfindahl') }}, '')
    as headline,
    {{ whence.insight_evidence({'totals': 'metric_totals'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ totals }} as totals
    on contexts.analysis = totals.analysis and contexts.rank_by = totals.metric and totals.side = 'current'
where totals.segments > 5

union all

select
    ordered.analysis,
    'concentration' as kind,
    1 as class,
    ordered.value_share as size,
    ordered.metric,
    {{ whence.metric_insight_subject('ordered') }} || ': ' || {{ whence.format_percent('ordered.value_share') }}
    || ' of the whole' || case when ordered.metric = 'records' then ''
        else ', on ' || {{ whence.format_percent('ordered.record_share') }} || ' of records' end as headline,
    {{ whence.insight_evidence({'ordered': 'metric_segments'}) }} as evidence
from ordered
where ordered.share_rank = 1
{%- endmacro -%}
