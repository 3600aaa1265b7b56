{#-
  The declared factor proxies with the relations they read; ref() and source() are called here, so that lineage is recorded.

  inputs: names of the inputs that are read; default all.
  Returns none where nothing is declared, else {'spec', 'relations': dict of input to relation}.
-#}
{%- macro proxy_sources(inputs=none) -%}
  {%- set spec = whence.proxy_spec() -%}
  {%- if spec is none -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set relations = {} -%}
  {%- for name, input in spec.inputs.items() if inputs is none or name in inputs -%}
    {%- do relations.update({name: whence.declared_relation(input, 'factor_proxies')}) -%}
  {%- endfor -%}
  {{ return({'spec': spec, 'relations': relations}) }}
{%- endmacro -%}
