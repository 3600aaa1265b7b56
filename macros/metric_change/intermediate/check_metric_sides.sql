{#-
  Stops the build where an analysis compares nothing because of how it is declared, and warns where the data leave a
  side empty or dates unread; silent otherwise.

  analyses: list of resolved analyses.
  specs, windows, dates: relations of int_metric_change__specs, __windows, __dates.
-#}
{%- macro check_metric_sides(analyses, specs, windows, dates) -%}
  {%- if whence.is_building() and not flags.EMPTY and analyses -%}
    {%- set query -%}
select
    analyses.analysis,
    analyses.baseline_records,
    analyses.current_records,
    analyses.filtered_records,
    analyses.excluded_records,
    analyses.unparsed_records,
    cast(analyses.current_start as {{ whence.type_text() }}),
    cast(analyses.current_end as {{ whence.type_text() }}),
    cast(windows.first_date as {{ whence.type_text() }}),
    cast(windows.last_date as {{ whence.type_text() }})
from (
    {{ whence.metric_analyses(specs, windows, dates) }}
) as analyses
inner join {{ windows }} as windows on analyses.analysis = windows.analysis
where windows.history_step = 0
    {%- endset -%}
    {%- set found = {} -%}
    {%- for row in run_query(query).rows -%}
      {%- do found.update({row[0] | string: row}) -%}
    {%- endfor -%}
    {%- for resolved in analyses -%}
      {%- set name, baseline, current, filtered, excluded, unparsed, start, end, first, last = found[resolved.name] -%}
      {%- set field = resolved.field -%}
      {%- set kept = baseline + current + excluded -%}
      {%- set range = 'the data run from ' ~ first ~ ' to ' ~ last -%}
      {%- if kept + unparsed == 0 -%}
        {%- do exceptions.warn(
          'whence: ' ~ field ~ ': ' ~ resolved.label ~ ' has no rows'
          ~ (' left after where (' ~ filtered ~ ' removed)' if filtered > 0 else '') ~ '; its tables stay empty'
        ) -%}
      {%- elif resolved.has_window and first is none and start is none -%}
        {%- do whence.config_error(
          field ~ '.time.column', "no date in '" ~ resolved.time.column ~ "' can be read (" ~ unparsed
          ~ ' rows); expected dates, or text in the order ' ~ resolved.time.date_order ~ '. Set time.date_order to ymd, dmy or mdy'
        ) -%}
      {%- elif current == 0 and resolved.compare.to == 'column' or baseline == 0 and resolved.compare.to == 'column' -%}
        {%- set side = 'current' if current == 0 else 'baseline' -%}
        {%- do whence.config_error(
          field ~ '.compare.to.' ~ side, "no row has '" ~ resolved.compare[side] ~ "' in " ~ resolved.compare.column
        ) -%}
      {%- elif current == 0 and resolved.anchor_date is not none and resolved.current.kind != 'dates' -%}
        {%- do whence.config_error(
          field ~ '.anchor_date', "'" ~ resolved.anchor_date ~ "' puts the current window at " ~ start ~ ' to ' ~ end
          ~ ', where there are no rows; ' ~ range
        ) -%}
      {%- elif current == 0 and resolved.current.kind == 'dates' -%}
        {%- do whence.config_error(field ~ '.current', 'has no rows from ' ~ start ~ ' to ' ~ end ~ '; ' ~ range) -%}
      {%- elif current == 0 or baseline == 0 and resolved.compare.to != 'none' -%}
        {%- do exceptions.warn(
          'whence: ' ~ field ~ ': the ' ~ ('current side' if current == 0 else 'baseline') ~ ' of ' ~ resolved.label
          ~ ' has no rows' ~ ('; ' ~ range if first is not none else '')
        ) -%}
      {%- endif -%}
      {%- if unparsed > 0 -%}
        {%- do exceptions.warn(
          'whence: ' ~ field ~ '.time.column: ' ~ unparsed ~ " rows have a date in '" ~ resolved.time.column
          ~ "' that cannot be read; they are counted in metric_analyses.unparsed_records"
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
