{#-
  The windows of one analysis without any table built, for validate_config and suggest_analysis.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  Returns a dict of grain, current_start, current_end, baseline_start, baseline_end, first_date, last_date (ISO texts or
  none).
-#}
{%- macro metric_window_preview(resolved, relation, baseline=none) -%}
  {%- set columns = [
    'grain', 'current_start', 'current_end', 'baseline_start', 'baseline_end', 'first_date', 'last_date',
  ] -%}
  {%- set query -%}
with specs as (
    {{ whence.metric_spec_rows([resolved]) }}
),

dates as (
    {{ whence.metric_dates(resolved, relation, baseline) }}
),

windows as (
    {{ whence.metric_windows('specs', 'dates') }}
)

select {% for column in columns %}cast({{ column }} as {{ whence.type_text() }}){% if not loop.last %}, {% endif %}{% endfor %}
from windows
where history_step = 0
  {%- endset -%}
  {%- set row = run_query(query).rows[0] -%}
  {%- set window = {} -%}
  {%- for column in columns -%}
    {%- do window.update({column: row[loop.index0] | string if row[loop.index0] is not none else none}) -%}
  {%- endfor -%}
  {{ return(window) }}
{%- endmacro -%}
