{#-
  The declared signal studies, checked as far as that goes without the warehouse, every default filled in.
  An unknown field, a wrong type or a name used twice stops compilation.

  Returns a list of dicts, see check_signal_study.
-#}
{%- macro signal_study_specs() -%}
  {%- set declared = whence.spec_list('whence_signal_studies') -%}
  {%- set specs = [] -%}
  {%- for given in declared.specs -%}
    {%- do specs.append(whence.check_signal_study(declared.variable ~ '[' ~ given['name'] ~ ']', given)) -%}
  {%- endfor -%}
  {{ return(specs) }}
{%- endmacro -%}
