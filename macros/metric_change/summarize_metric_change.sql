{#-
  Prints where the metric tables are and what they say first, one paragraph per analysis: the windows, then the first
  sentences of metric_insights; part of summarize. Returns whether the tables are there.
-#}
{%- macro summarize_metric_change() -%}
  {%- set analyses = ref('whence', 'metric_analyses') -%}
  {%- set insights = ref('whence', 'metric_insights') -%}
  {%- if load_relation(insights) is none -%}
    {{ return(false) }}
  {%- endif -%}
  {%- do print('\nTables metric_* are in ' ~ whence.place_of(insights) ~ '.') -%}
  {%- set windows -%}
select
    analysis,
    cast(baseline_start as {{ whence.type_text() }}),
    cast(baseline_end as {{ whence.type_text() }}),
    cast(current_start as {{ whence.type_text() }}),
    cast(current_end as {{ whence.type_text() }})
from {{ analyses }}
where analysis = analysis_group
  {%- endset -%}
  {%- set dates = {} -%}
  {%- for row in run_query(windows).rows -%}
    {%- do dates.update({row[0]: row}) -%}
  {%- endfor -%}
  {%- for spec in whence.resolved_metric_analyses() if spec.name in dates -%}
    {%- set name, baseline_start, baseline_end, current_start, current_end = dates[spec.name] -%}
    {%- set current = current_start ~ ' to ' ~ current_end if current_start is not none else '' -%}
    {%- set baseline = ' against ' ~ baseline_start ~ ' to ' ~ baseline_end
        if baseline_start is not none and baseline_start != current_start else '' -%}
    {%- do print('\n' ~ name ~ (', ' ~ current ~ baseline if current else '') ~ ':') -%}
    {%- set first -%}
select
    kind,
    headline
from {{ insights }}
where
    analysis = {{ whence.text_literal(name) }}
    and insight_rank <= case kind when 'summary' then 1 when 'driver' then 3 when 'residual' then 1 when 'mover' then 3 when 'opportunity' then 1 when 'risk' then 1 else 0 end
order by
    case kind when 'summary' then 1 when 'driver' then 3 when 'residual' then 3 when 'mover' then 4 when 'opportunity' then 5 else 6 end,
    insight_rank
    {%- endset -%}
    {%- for kind, headline in run_query(first).rows -%}
      {%- do print('  ' ~ (kind ~ ': ' if kind != 'summary' else '') ~ headline) -%}
    {%- else -%}
      {%- do print('  no rows on the current side') -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro -%}
