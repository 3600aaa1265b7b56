{#-
  Stops the build where a panel has two rows of one asset and date, showing three of them, or no date that can be read;
  warns where a panel is empty, rows have no date, none lies within the study's dates, or the steps between
  dates are irregular. Silent otherwise.

  sources: of signal_sources, resolved.
  panel: relation of int_signal_research__panel.
-#}
{%- macro check_signal_data(sources, panel) -%}
  {%- if whence.is_building() and not flags.EMPTY -%}
    {%- for source in sources if source.resolved is not none -%}
      {%- set study = source.resolved -%}
      {%- set field = study.field ~ '.panel' -%}
      {%- set repeated -%}
select distinct asset || ' on ' || cast(date as {{ whence.type_text() }}) as key
from {{ panel }}
where study = {{ whence.text_literal(study.name) }} and is_repeated
order by 1
limit 3
      {%- endset -%}
      {%- set keys = run_query(repeated).columns[0].values() | list -%}
      {%- if keys -%}
        {%- do whence.config_error(
          field, study.label ~ ' has more than one row for ' ~ keys | join(', ') ~ '; expected one row per asset and date'
        ) -%}
      {%- endif -%}
      {%- set counts = run_query(
        'select count(*), sum(case when ' ~ study.columns.date ~ ' is null then 1 else 0 end) from ' ~ source.relation
      ).rows[0] -%}
      {%- if counts[0] == 0 -%}
        {%- do exceptions.warn('whence: ' ~ field ~ ': ' ~ study.label ~ ' has no rows; tables that need them stay empty') -%}
      {%- elif counts[1] == counts[0] -%}
        {%- do whence.config_error(
          field, "no date in '" ~ study.names.date ~ "' of " ~ study.label ~ ' can be read (' ~ counts[0]
          ~ ' rows); expected dates, or text such as 2024-01-31'
        ) -%}
      {%- elif counts[1] > 0 -%}
        {%- do exceptions.warn(
          'whence: ' ~ field ~ ': ' ~ counts[1] ~ ' of ' ~ counts[0]
          ~ ' rows are left out, as they have no date that can be read'
        ) -%}
      {%- endif -%}
      {%- if counts[0] > 0 and counts[1] < counts[0]
            and (study.start_date is not none or study.end_date is not none) -%}
        {%- set kept = run_query(
          'select count(*) from ' ~ panel ~ ' where study = ' ~ whence.text_literal(study.name)
        ).rows[0][0] -%}
        {%- if kept == 0 -%}
          {%- do exceptions.warn(
            'whence: ' ~ field ~ ': no row is dated' ~ (' from ' ~ study.start_date if study.start_date is not none else '')
            ~ (' to ' ~ study.end_date if study.end_date is not none else '') ~ ' in ' ~ study.label
            ~ '; tables that need them stay empty'
          ) -%}
        {%- endif -%}
      {%- endif -%}
      {%- set holes -%}
select
    count(*),
    sum(n_missing)
from (
    select max(date_position) - min(date_position) + 1 - count(*) as n_missing
    from {{ panel }}
    where study = {{ whence.text_literal(study.name) }}
    group by asset_number
) as assets
where n_missing > 0
      {%- endset -%}
      {%- set n_assets, n_missing = run_query(holes).rows[0] -%}
      {%- if n_assets > 0 -%}
        {%- do exceptions.warn(
          'whence: ' ~ field ~ ': ' ~ n_assets ~ ' assets have no row on ' ~ n_missing
          ~ ' dates between their first and their last; horizons count the rows of the asset, over such holes too'
        ) -%}
      {%- endif -%}
      {%- set steps -%}
with dates as (

    select distinct date
    from {{ panel }}
    where study = {{ whence.text_literal(study.name) }}

),

steps as (

    select
        date,
        {{ whence.days_between('lag(date) over (order by date)', 'date') }} as step
    from dates

),

medians as (

    select {{ whence.percentile('step', 0.5) }} as median_step
    from steps
    where step is not null

)

select
    count(*) as n_gaps,
    max(steps.step) as longest,
    min(cast(steps.date as {{ whence.type_text() }})) as first_date
from steps
cross join medians
where steps.step > 4 * medians.median_step
      {%- endset -%}
      {%- set n_gaps, longest, first_date = run_query(steps).rows[0] -%}
      {%- if n_gaps > 0 -%}
        {%- do exceptions.warn(
          'whence: ' ~ field ~ ': ' ~ n_gaps ~ ' steps between dates are more than four times the median one (longest '
          ~ longest ~ ' days, first up to ' ~ first_date ~ '); horizons count rows, whatever lies between'
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
