{#-
  Windows cut into pieces that do not overlap, so that one scan serves all windows of an analysis and its history.

  windows: list of {'analysis', 'current_start', 'current_end', 'baseline_start', 'baseline_end'}, ISO texts or none.
  Returns a list of {'first', 'until' (exclusive), 'sides': list of [analysis, side]}.
-#}
{%- macro metric_intervals(windows) -%}
  {%- set ranges = [] -%}
  {%- for window in windows -%}
    {%- for side in ['baseline', 'current'] -%}
      {%- if window[side ~ '_start'] is not none -%}
        {%- do ranges.append({
          'side': [window.analysis, side], 'first': window[side ~ '_start'], 'until': whence.next_day(window[side ~ '_end']),
        }) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set bounds = (ranges | map(attribute='first') | list + ranges | map(attribute='until') | list) | unique | sort | list -%}
  {%- set intervals = [] -%}
  {%- for first in bounds[:-1] -%}
    {%- set until = bounds[loop.index] -%}
    {%- set sides = [] -%}
    {%- for range in ranges -%}
      {%- if range.first <= first and until <= range.until -%}
        {%- do sides.append(range.side) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if sides | length > 0 -%}
      {%- do intervals.append({'first': first, 'until': until, 'sides': sides}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(intervals) }}
{%- endmacro -%}
