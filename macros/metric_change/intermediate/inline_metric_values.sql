{#-
  The common table expressions from the rows of a relation to the values of its segments, for one analysis without
  tables of its own: cells, sets, distributions, metric_values, specs, windows.

  resolved: as inline_metric_analysis returns it.
  relation: the relation.
  window: dict of current_start, current_end, baseline_start, baseline_end, ISO texts or none.
-#}
{%- macro inline_metric_values(resolved, relation, window) -%}
{%- set sides = whence.metric_sides(resolved, [dict(window, analysis=resolved.name)]) -%}
{%- set slots = whence.metric_slots([resolved]) -%}
{%- set distributions = whence.metric_distributions(resolved, relation, none, sides, 'sets') -%}
with cells as (

    {{ whence.metric_cells(resolved, relation, none, sides, slots, [1, resolved.dimensions | length] | max) }}

),

sets as (

    {{ whence.metric_sets(resolved, 'cells', slots) }}

),

distributions as (

    {{ distributions if distributions | trim else whence.empty_select(whence.metric_distribution_columns()) }}

),

metric_values as (

    {{ whence.metric_values(resolved, 'sets', 'distributions') }}

),

specs as (

    select
        {{ whence.text_literal(resolved.name) }} as analysis,
        {{ whence.text_literal(resolved.rank_by) }} as rank_by,
        {{ whence.text_literal(resolved.volume) }} as volume

),

windows as (

    select
        {{ whence.text_literal(resolved.name) }} as analysis,
        {{ whence.text_literal(resolved.name) }} as analysis_group,
        {{ whence.date_literal(window.current_end) }} as period_end,
        1 as baseline_scale,
        1 as has_baseline

)
{%- endmacro -%}
