{#-
  What drove the metrics: how much of a change their drivers explain, then the drivers, those of declared metrics before
  those of drivers below them.

  contexts: relation or CTE with the columns of metric_insight_contexts.
  fields: relation or CTE with the columns of metric_spec_fields.
  drivers, closure, identities: relations or CTEs with the columns of the public tables.
  Columns: analysis, kind, class, size, metric, headline, evidence (see metric_insights).
-#}
{%- macro metric_insight_drivers(contexts, fields, drivers, closure, identities) -%}
with explained as (

    select
        closure.*,
        contexts.rank_by,
        row_number() over (
            partition by closure.analysis, closure.metric
            order by {{ whence.metric_method_order('closure') }}
        ) as method_rank,
        case when closure.metric = contexts.rank_by then 0 when fields.name is not null then 1 else 2 end as metric_class
    from {{ contexts }} as contexts
    inner join {{ closure }} as closure on contexts.analysis = closure.analysis
    left join {{ fields }} as fields
        on contexts.analysis_group = fields.analysis_group and closure.metric = fields.name and fields.role = 'metric'
    where
        contexts.baseline_records > 0
        and contexts.current_records > 0
        and closure.change <> 0

)

select
    explained.analysis,
    'driver' as kind,
    explained.metric_class * 2 as class,
    abs(explained.explained) as size,
    explained.metric,
    {{ whence.shorten_text('explained.metric') }}
    || case when explained.change > 0 then ' rose by ' else ' fell by ' end || {{ whence.format_number('abs(explained.change)') }}
    || '; ' || coalesce(
        {{ whence.shorten_text('identities.identity', 120) }},
        case explained.method when 'regression' then 'the regression' when 'rate' then 'the chain of distinct counts' else 'its identity' end
    ) || ' explains ' || {{ whence.format_percent('explained.explained_share') }} || ' of it'
    || coalesce(' (standard error ' || {{ whence.format_percent('explained.explained_share_error') }} || ')', '') as headline,
    {{ whence.insight_evidence({'explained': 'metric_closure', 'identities': 'metric_identities'}) }} as evidence
from explained
left join {{ identities }} as identities
    on
        explained.analysis = identities.analysis
        and explained.metric = identities.metric
        and identities.is_selected
        and explained.method in ('shapley', 'lmdi')
where explained.method_rank = 1 and explained.explained <> 0

union all

select
    drivers.analysis,
    'driver' as kind,
    explained.metric_class * 2 + 1 as class,
    coalesce(abs(drivers.share_of_change), abs(drivers.contribution)) as size,
    drivers.metric,
    {{ whence.shorten_text('drivers.driver', 120) }} || ' contributed ' || {{ whence.format_number('drivers.contribution') }}
    || ' to ' || {{ whence.shorten_text('drivers.metric') }}
    || coalesce(', ' || {{ whence.format_percent('drivers.share_of_change') }} || ' of its change', '')
    || case when drivers.driver = 'calendar' then '' else
        coalesce(
            ': from ' || {{ whence.format_number('drivers.baseline_value', decimals=4) }}
            || ' to ' || {{ whence.format_number('drivers.current_value', decimals=4) }}, ''
        ) end
    || coalesce(' (standard error ' || {{ whence.format_number('drivers.standard_error') }} || ')', '') as headline,
    {{ whence.insight_evidence({'drivers': 'metric_drivers'}) }} as evidence
from explained
inner join {{ drivers }} as drivers
    on
        explained.analysis = drivers.analysis
        and explained.metric = drivers.metric
        and explained.method = drivers.method
where
    explained.method_rank = 1
    and drivers.driver not in ('residual', 'intercept')
    and drivers.contribution <> 0
{%- endmacro -%}
