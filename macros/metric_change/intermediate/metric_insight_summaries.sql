{#-
  One sentence per metric: from where to where it went. The baseline is that of metric_totals; where comparing scales
  it, the sentence says by how much.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  fields: relation or CTE with the columns of metric_spec_fields.
  totals, drilldown: relations or CTEs with the columns of the public tables; the root of a drill-down has the change.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_summaries(contexts, fields, totals, drilldown) -%}
with compared as {{ whence.materialized() }}(

    select
        contexts.analysis,
        contexts.rank_by,
        contexts.compare_to,
        fields.name as metric,
        fields.position,
        {{ whence.shorten_text('fields.name') }} as subject,
        {{ whence.format_number('current_totals.value') }} as current_text,
        {{ whence.format_number('baseline_totals.value') }} as baseline_text,
        {{ whence.format_number('abs(roots.change)') }} as change_text,
        {{ whence.format_number('contexts.baseline_scale', decimals=4) }} as scale_text,
        fields.kind = 'additive' and contexts.baseline_scale <> 1 as is_scaled,
        -- as in metric_movers, what lies in the thirteenth digit is no difference
        case
            when roots.change is not null then sign(roots.change)
            when fields.kind = 'additive' and contexts.baseline_scale <> 1 then null
            else sign({{ whence.metric_difference('current_totals.value', 'baseline_totals.value') }})
        end as direction,
        {{ whence.insight_evidence({
            'current_totals': 'metric_totals', 'baseline_totals': 'metric_totals', 'roots': 'metric_drilldown',
        }) }} as compared_evidence,
        {{ whence.insight_evidence({
            'current_totals': 'metric_totals', 'baseline_totals': 'metric_totals', 'roots': 'metric_drilldown',
            'contexts': 'metric_analyses',
        }) }} as scaled_evidence
    from {{ contexts }} as contexts
    inner join {{ fields }} as fields on contexts.analysis_group = fields.analysis_group and fields.role = 'metric'
    {%- for side in ['current', 'baseline'] %}
    left join {{ totals }} as {{ side }}_totals
        on
            contexts.analysis = {{ side }}_totals.analysis
            and fields.name = {{ side }}_totals.metric
            and {{ side }}_totals.side = '{{ side }}'
    {%- endfor %}
    left join {{ drilldown }} as roots
        on contexts.analysis = roots.analysis and fields.name = roots.metric and roots.depth = 0

)

select
    analysis,
    'summary' as kind,
    case when metric = rank_by then 0 else 1 end as class,
    cast(-position as {{ whence.type_double() }}) as size,
    metric,
    case
        when current_text is null and baseline_text is null then subject || ': no value'
        when compare_to = 'none' then subject || ': ' || current_text
        when baseline_text is null then subject || ': ' || current_text || '; the baseline has no value'
        when current_text is null then subject || ': ' || baseline_text || ' in the baseline; the current side has no value'
        when is_scaled then
            subject || case
                when direction > 0 then ' rose by ' || change_text || ' to ' || current_text
                when direction < 0 then ' fell by ' || change_text || ' to ' || current_text
                when direction = 0 then ' stayed at ' || current_text
                else ': ' || current_text
            end || '; the baseline is ' || baseline_text || ' times ' || scale_text
        when direction = 0 then subject || ' stayed at ' || current_text
        else
            subject || case when direction > 0 then ' rose' else ' fell' end || ' from ' || baseline_text || ' to ' || current_text
            || coalesce(', by ' || change_text, '')
    end as headline,
    case when is_scaled then scaled_evidence else compared_evidence end as evidence
from compared
{%- endmacro -%}
