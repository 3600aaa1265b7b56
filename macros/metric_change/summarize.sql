{#-
  dbt run-operation summarize: prints where the tables are and what they say first, one paragraph per analysis: the
  change of the metric that it ranks by, the largest segment, the largest movers. Every number is read from the tables.
-#}
{%- macro summarize() -%}
  {%- if execute -%}
    {%- set analyses = ref('whence', 'metric_analyses') -%}
    {%- set totals = ref('whence', 'metric_totals') -%}
    {%- set segments = ref('whence', 'metric_segments') -%}
    {%- set movers = ref('whence', 'metric_movers') -%}
    {%- if load_relation(movers) is none -%}
      {%- do print('whence: the tables are not built yet; run dbt build') -%}
      {{ return('') }}
    {%- endif -%}
    {%- set place = target.path if target.type == 'duckdb' else target.host ~ '/' ~ target.dbname -%}
    {%- do print('\nTables metric_* are in ' ~ target.type ~ ' ' ~ place ~ ', schema ' ~ movers.schema ~ '.') -%}
    {%- for spec in whence.resolved_metric_analyses() -%}
      {%- set name = whence.text_literal(spec.name) -%}
      {%- set metric = whence.text_literal(spec.rank_by) -%}
      {%- set total -%}
select
    max(case when totals.side = 'baseline' then totals.value end),
    max(case when totals.side = 'current' then totals.value end),
    max(cast(analyses.baseline_start as {{ whence.type_text() }})),
    max(cast(analyses.baseline_end as {{ whence.type_text() }})),
    max(cast(analyses.current_start as {{ whence.type_text() }})),
    max(cast(analyses.current_end as {{ whence.type_text() }}))
from {{ totals }} as totals
inner join {{ analyses }} as analyses on totals.analysis = analyses.analysis
where totals.analysis = {{ name }} and totals.metric = {{ metric }}
      {%- endset -%}
      {%- set before, after, b_start, b_end, c_start, c_end = run_query(total).rows[0] -%}
      {%- if after is none -%}
        {%- do print('\n' ~ spec.name ~ ': no rows on the current side') -%}
      {%- else -%}
        {%- set label = '\n' ~ spec.name ~ ': ' ~ spec.rank_by ~ ' ' -%}
        {%- set current = whence.number_text(after) ~ (' (' ~ c_start ~ ' to ' ~ c_end ~ ')' if c_start is not none else '') -%}
        {%- if before is none -%}
          {%- do print(label ~ 'is ' ~ current) -%}
        {%- else -%}
          {%- set verb = 'rose' if after > before else 'fell' if after < before else 'stayed' -%}
          {%- do print(
            label ~ verb ~ ' from ' ~ whence.number_text(before)
            ~ (' (' ~ b_start ~ ' to ' ~ b_end ~ ')' if b_start is not none else '') ~ ' to ' ~ current
            ~ ', ' ~ whence.number_text(after - before, true)
            ~ (' (' ~ '{:+.1f}'.format(100 * (after - before) / before | abs) ~ ' %)' if before != 0 else '')
          ) -%}
        {%- endif -%}
        {%- set largest -%}
select segment, dimensions, value, value_share
from {{ segments }}
where analysis = {{ name }} and metric = {{ metric }} and side = 'current' and depth = 1 and segment_rank = 1
order by value desc nulls last, dimensions
limit 1
        {%- endset -%}
        {%- for segment, dimensions, value, share in run_query(largest).rows -%}
          {%- do print(
            '  largest segment: ' ~ segment ~ ' (' ~ dimensions ~ '), ' ~ whence.number_text(value)
            ~ (', ' ~ '{:.1f}'.format(100 * share) ~ ' % of the total' if share is not none else '')
          ) -%}
        {%- endfor -%}
        {%- set moved -%}
select segment, dimensions, change, share_of_change
from {{ movers }}
where analysis = {{ name }} and metric = {{ metric }} and mover_rank <= 3 and dimensions not like '% | %'
order by dimensions, mover_rank
        {%- endset -%}
        {%- for segment, dimensions, change, share in run_query(moved).rows if change is not none -%}
          {%- do print(
            '  mover: ' ~ segment ~ ' (' ~ dimensions ~ '), ' ~ whence.number_text(change, true)
            ~ (', ' ~ '{:.1f}'.format(100 * share) ~ ' % of the change' if share is not none else '')
          ) -%}
        {%- endfor -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
