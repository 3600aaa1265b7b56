{#-
  The analyses that report some segments as (other).

  sets: relation of int_metric_change__sets.
  Returns a list of declared names; empty while parsing or before the table is built.
-#}
{%- macro metric_folded_analyses(sets) -%}
  {%- if not execute or load_relation(sets) is none -%}
    {{ return([]) }}
  {%- endif -%}
  {%- set query = 'select distinct analysis_group from ' ~ sets ~ ' where reported_segment <> segment' -%}
  {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro -%}
