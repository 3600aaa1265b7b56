{#-
  The windows of one analysis group, read back for the models that scan its relation.

  windows: relation of int_metric_change__windows.
  name: the analysis as declared.
  Returns a list of dicts with analysis and the four dates as ISO texts (or none).
-#}
{%- macro metric_window_rows(windows, name) -%}
  {%- set columns = ['current_start', 'current_end', 'baseline_start', 'baseline_end'] -%}
  {%- set casts = [] -%}
  {%- for column in columns -%}
    {%- do casts.append('cast(' ~ column ~ ' as ' ~ whence.type_text() ~ ') as ' ~ column) -%}
  {%- endfor -%}
  {%- set query -%}
select analysis, {{ casts | join(', ') }}
from {{ windows }}
where analysis_group = {{ whence.text_literal(name) }}
order by history_step
  {%- endset -%}
  {%- set rows = [] -%}
  {%- for row in run_query(query).rows -%}
    {%- do rows.append({
      'analysis': row[0], 'current_start': row[1] | string if row[1] is not none else none,
      'current_end': row[2] | string if row[2] is not none else none,
      'baseline_start': row[3] | string if row[3] is not none else none,
      'baseline_end': row[4] | string if row[4] is not none else none,
    }) -%}
  {%- endfor -%}
  {{ return(rows) }}
{%- endmacro -%}
