{#-
  The analyses whose rows may be daily totals: no cell has more rows than there are dates. Where dates are not counted
  (cohorts and snapshots without a window) only the rows can tell.

  analyses: list of resolved analyses.
  cells, dates: relations of int_metric_change__cells and __dates.
  Returns a list of names; empty while parsing.
-#}
{%- macro metric_daily_candidates(analyses, cells, dates) -%}
  {%- set names = [] -%}
  {%- if whence.is_building() and analyses -%}
    {%- set query -%}
select cells.analysis_group
from {{ cells }} as cells
inner join (
    select analysis, count(distinct row_date) as n_dates
    from {{ dates }}
    group by 1
) as dates on cells.analysis_group = dates.analysis
group by cells.analysis_group, dates.n_dates
having max(cells.records) <= dates.n_dates
    {%- endset -%}
    {%- set few = run_query(query).columns[0].values() | list -%}
    {%- for resolved in analyses if resolved.time is not none and (resolved.name in few or not resolved.has_window) -%}
      {%- do names.append(resolved.name) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(names) }}
{%- endmacro -%}
