{#-
  What moved the ranking metric: of each dimension the largest mover, then the ends of drill-down paths, then the other
  movers of single dimensions. A mover is worth a sentence if it makes a tenth of the total change or is more than noise;
  where neither is known, its size decides.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  movers, drilldown: relations or CTEs with the columns of the public tables.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_movers(contexts, movers, drilldown) -%}
with worth as (

    -- where one side is empty every segment is new or lost, which says nothing
    select
        movers.*,
        case when movers.status = 'continuing' and movers.effect_note is null and movers.rate_effect is not null
            then greatest(coalesce(abs(movers.volume_effect), 0), abs(movers.mix_effect), abs(movers.rate_effect)) * (1 - 1e-9)
        end as large_effect,
        row_number() over (partition by movers.analysis, movers.dimensions order by movers.mover_rank) as worth_rank
    from {{ contexts }} as contexts
    inner join {{ movers }} as movers on contexts.analysis = movers.analysis and contexts.rank_by = movers.metric
    where
        {{ whence.metric_is_one_dimension('movers.dimensions') }}
        and movers.segment not in ('(other)', '(overlap)')
        and movers.change <> 0
        and contexts.baseline_records > 0
        and contexts.current_records > 0
        and (
            movers.q_value <= {{ whence.metric_insight_limits().max_q }}
            or abs(movers.share_of_change) >= {{ whence.metric_insight_limits().min_share_of_change }}
            or movers.q_value is null and movers.share_of_change is null
        )

)

select
    worth.analysis,
    'mover' as kind,
    case when worth.worth_rank = 1 then 0 else 2 end as class,
    abs(worth.change) as size,
    worth.metric,
    {{ whence.metric_insight_subject('worth') }} || case worth.status
        when 'new' then ': new, ' || {{ whence.format_number('worth.current_value') }}
        when 'lost' then ': lost, ' || {{ whence.format_number('worth.baseline_value') }}
        else
            case when worth.change > 0 then ' rose by ' else ' fell by ' end || {{ whence.format_number('abs(worth.change)') }}
            || coalesce(' (' || {{ whence.format_percent('worth.change_pct') }} || ')', '')
    end
    || coalesce(', ' || {{ whence.format_percent('worth.share_of_change') }} || ' of the total change', '')
    || case
        {%- for effect in ['volume', 'mix', 'rate'] %}
        when abs(worth.{{ effect }}_effect) >= worth.large_effect
            then '; largest effect: {{ effect }}, ' || {{ whence.format_number('worth.' ~ effect ~ '_effect') }}
        {%- endfor %}
        else ''
    end
    || coalesce('; q ' || {{ whence.format_number('worth.q_value') }}, '') as headline,
    {{ whence.insight_evidence({'worth': 'metric_movers'}) }} as evidence
from worth

union all

select
    leaves.analysis,
    'mover' as kind,
    1 as class,
    coalesce(abs(leaves.share_of_total), abs(leaves.change)) as size,
    leaves.metric,
    {{ whence.shorten_text('leaves.metric') }} || ' of ' || {{ whence.shorten_text('leaves.path', 120) }}
    || case when leaves.change > 0 then ' rose by ' else ' fell by ' end || {{ whence.format_number('abs(leaves.change)') }}
    || coalesce(', ' || {{ whence.format_percent('leaves.share_of_total') }} || ' of the total change', '')
    || coalesce('; q ' || {{ whence.format_number('leaves.q_value') }}, '') as headline,
    {{ whence.insight_evidence({'leaves': 'metric_drilldown'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ drilldown }} as leaves on contexts.analysis = leaves.analysis and contexts.rank_by = leaves.metric
where
    leaves.stop_reason is not null
    and leaves.depth >= 2
    and leaves.change <> 0
    and contexts.baseline_records > 0
    and contexts.current_records > 0
{%- endmacro -%}
