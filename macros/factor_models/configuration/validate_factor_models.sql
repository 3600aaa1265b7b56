{#- Checks every declared factor model and prints what it resolves to; part of validate_config. -#}
{%- macro validate_factor_models() -%}
  {%- for spec in whence.factor_model_specs() -%}
    {%- set relations = {} -%}
    {%- set missing = [] -%}
    {%- for name, input in spec.inputs.items() -%}
      {%- set relation = whence.preview_relation(input, input.field ~ '.file', 'factor_models') -%}
      {%- do relations.update({name: relation}) -%}
      {%- if not adapter.get_columns_in_relation(relation) -%}
        {%- do missing.append(input.label) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if missing -%}
      {%- do print(
        spec.name ~ ': ' ~ missing | join(', ') ~ (' is' if missing | length == 1 else ' are')
        ~ ' not in the warehouse yet; columns are checked once built'
      ) -%}
    {%- else -%}
      {%- do whence.print_factor_model(whence.resolve_factor_model(spec, relations)) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro -%}
