{#- Checks every declared metric analysis and prints what it resolves to; part of validate_config. -#}
{%- macro validate_metric_analyses() -%}
  {%- set specs = whence.metric_analysis_specs() -%}
  {%- if not specs -%}
    {%- do print('whence: no metric analyses are declared') -%}
  {%- endif -%}
  {%- for spec in specs -%}
    {%- set relation = whence.preview_relation(spec.relation, spec.field ~ '.relation.file', 'metric_change') -%}
    {%- set baseline = none -%}
    {%- if spec.compare.relation is not none -%}
      {%- set baseline = whence.preview_relation(spec.compare.relation, spec.field ~ '.compare.to.file', 'metric_change') -%}
    {%- endif -%}
    {%- if adapter.get_columns_in_relation(relation) -%}
      {%- set profile = whence.metric_profile_query(
        '(' ~ whence.metric_columns(relation, spec.relation.label) ~ ') as profiled_columns'
      ) -%}
      {%- set resolved = whence.resolve_metric_analysis(spec, relation, profile, baseline) -%}
      {%- do whence.print_metric_analysis(resolved, relation, baseline) -%}
    {%- else -%}
      {%- do print(
        spec.name ~ ': ' ~ spec.relation.label ~ ' is not in the warehouse yet; its columns are checked once it is built'
      ) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
