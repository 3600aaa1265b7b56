{#-
  What no driver explains, and where it sits: the residual of each metric, then the segments whose misfit moved by more
  than noise.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  fields: relation or CTE with the columns of metric_spec_fields.
  closure, residuals: relations or CTEs with the columns of the public tables.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_residuals(contexts, fields, closure, residuals) -%}
with ranked as (

    select
        *,
        row_number() over (
            partition by analysis, metric
            order by {{ whence.metric_method_order('closure') }}
        ) as method_rank
    from {{ closure }} as closure

)

select
    closure.analysis,
    'residual' as kind,
    case when closure.metric = contexts.rank_by then 0 else 2 end as class,
    abs(closure.residual) as size,
    closure.metric,
    {{ whence.format_number('closure.residual') }} || ' of the change of ' || {{ whence.shorten_text('closure.metric') }}
    || ' by ' || {{ whence.format_number('closure.change') }} || ' is not explained'
    || coalesce(': ' || closure.note, '') as headline,
    {{ whence.insight_evidence({'closure': 'metric_closure'}) }} as evidence
from {{ contexts }} as contexts
inner join ranked as closure on contexts.analysis = closure.analysis
left join {{ fields }} as driven
    on contexts.analysis_group = driven.analysis_group and closure.metric = driven.name and driven.role = 'driven'
where
    contexts.baseline_records > 0
    and contexts.current_records > 0
    and closure.method_rank = 1
    -- that a part of a ratio is made of nothing else is no news
    and (closure.explained <> 0 or driven.name is not null)
    -- a ten-thousandth of the metric is rounding in the data
    and abs(closure.residual) > 1e-4 * greatest(abs(closure.baseline_value), abs(closure.current_value))

union all

select
    residuals.analysis,
    'residual' as kind,
    case when residuals.metric = contexts.rank_by then 1 else 3 end as class,
    abs(residuals.residual_change) as size,
    residuals.metric,
    {{ whence.metric_insight_subject('residuals') }} || ': ' || {{ whence.format_number('residuals.residual_change') }}
    || ' beyond its drivers' || coalesce(', ' || {{ whence.format_percent('residuals.share_of_residual') }} || ' of what is not explained', '')
    || '; q ' || {{ whence.format_number('residuals.q_value') }} as headline,
    {{ whence.insight_evidence({'residuals': 'metric_residual_segments'}) }} as evidence
from {{ contexts }} as contexts
inner join {{ residuals }} as residuals on contexts.analysis = residuals.analysis
where residuals.q_value <= {{ whence.metric_insight_limits().max_q }} and residuals.segment <> '(other)'
{%- endmacro -%}
