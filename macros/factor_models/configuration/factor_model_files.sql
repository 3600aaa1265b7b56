{#-
  The files that factor models read, each once.

  Returns a list of {'path', 'field'}.
-#}
{%- macro factor_model_files() -%}
  {%- set named = [] -%}
  {%- for spec in whence.factor_model_specs() -%}
    {%- for input in spec.inputs.values() -%}
      {%- do named.append([input, input.field]) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(whence.declared_files(named)) }}
{%- endmacro -%}
