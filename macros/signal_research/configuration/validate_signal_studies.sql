{#- Checks every declared signal study and prints what it resolves to; part of validate_config. -#}
{%- macro validate_signal_studies() -%}
  {%- for spec in whence.signal_study_specs() -%}
    {%- set relation = whence.preview_relation(spec.panel, spec.panel.field ~ '.file', 'signal_research') -%}
    {%- if not adapter.get_columns_in_relation(relation) -%}
      {%- do print(
        spec.name ~ ': ' ~ spec.panel.label ~ ' is not in the warehouse yet; columns are checked once built'
      ) -%}
    {%- else -%}
      {%- do whence.print_signal_study(whence.resolve_signal_study(spec, relation)) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
