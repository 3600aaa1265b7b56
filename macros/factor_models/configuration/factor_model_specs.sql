{#-
  The declared factor models, checked as far as that goes without the warehouse, every default filled in.
  An unknown field, a wrong type or a name used twice stops compilation.

  Returns a list of dicts, see check_factor_model.
-#}
{%- macro factor_model_specs() -%}
  {%- set declared = whence.spec_list('whence_factor_models') -%}
  {%- set specs = [] -%}
  {%- for given in declared.specs -%}
    {%- do specs.append(whence.check_factor_model(declared.variable ~ '[' ~ given['name'] ~ ']', given)) -%}
  {%- endfor -%}
  {{ return(specs) }}
{%- endmacro -%}
