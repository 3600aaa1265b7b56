{#-
  How the rows of an analysis are told apart: numbered kinds of rows, and the analyses and sides that each belongs to
  (several with a history, where one month is the current of one window and the baseline of the next).

  resolved: as resolve_metric_analysis returns it.
  windows: list of dicts, see metric_window_rows.
  Returns {'conditions': list of [number, SQL on row_date and cohort], 'members': list of [number, analysis, side],
  'stretches': list of SQL on row_date and cohort, for where: rows that meet one of them are those of all kinds. Windows
  that adjoin are one range of dates there, which is faster to filter by}.
-#}
{%- macro metric_sides(resolved, windows) -%}
  {%- set conditions = [] -%}
  {%- set members = [] -%}
  {%- set stretches = [] -%}
  {%- set to = resolved.compare.to -%}
  {%- set names = windows | map(attribute='analysis') | list -%}
  {%- if to in ['column', 'relation'] -%}
    {%- set window = windows[0] if windows else {} -%}
    {%- for side in ['baseline', 'current'] -%}
      {%- set condition = "cohort = '" ~ side ~ "'" -%}
      {%- if window.get('current_start') is not none and windows -%}
        {%- set condition = condition ~ ' and row_date between ' ~ whence.date_literal(window.current_start) ~ ' and '
          ~ whence.date_literal(window.current_end) -%}
      {%- endif -%}
      {%- do conditions.append([loop.index, condition]) -%}
      {%- do members.append([loop.index, resolved.name, side]) -%}
    {%- endfor -%}
  {%- elif not resolved.has_window -%}
    {%- do conditions.append([1, '1 = 1']) -%}
    {%- do members.append([1, resolved.name, 'current']) -%}
  {%- else -%}
    {%- set start = namespace(first=none) -%}
    {%- for interval in whence.metric_intervals(windows) -%}
      {%- set number = loop.index -%}
      {%- do conditions.append([number, whence.metric_date_range(interval.first, interval.until)]) -%}
      {%- for side in interval.sides -%}
        {%- do members.append([number, side[0], side[1]]) -%}
      {%- endfor -%}
      {%- set start.first = start.first or interval.first -%}
      {%- if loop.last or loop.nextitem.first != interval.until -%}
        {%- do stretches.append(whence.metric_date_range(start.first, interval.until)) -%}
        {%- set start.first = none -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return({
    'conditions': conditions, 'members': members, 'stretches': stretches or conditions | map('last') | list,
  }) }}
{%- endmacro -%}
