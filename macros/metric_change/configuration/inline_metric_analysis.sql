{#-
  An analysis from macro arguments rather than from configuration, for segment_summary and segment_movers.

  macro_name: for messages.
  relation: the relation.
  fields: dict of fields of metric_analysis_rules.
  Returns a resolved analysis, or none while parsing or where the relation is not there yet.
-#}
{%- macro inline_metric_analysis(macro_name, relation, fields) -%}
  {%- if not execute -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set given = dict(fields, name=macro_name, relation=relation.identifier) -%}
  {%- set spec = whence.check_metric_analysis(macro_name ~ '(' ~ relation.identifier ~ ')', given) -%}
  {%- set columns = adapter.get_columns_in_relation(relation) -%}
  {%- set profile = [] -%}
  {%- if columns and (spec.dimensions is none or spec.metrics is none or spec.numeric_text) -%}
    {%- set profile = whence.metric_profile_query('(' ~ whence.metric_columns(relation, relation.identifier) ~ ') as profiled_columns') -%}
  {%- endif -%}
  {{ return(whence.resolve_metric_analysis(spec, relation, profile)) }}
{%- endmacro -%}
