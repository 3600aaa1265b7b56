{#-
  The declared factor proxies resolved for operations that build nothing.

  Returns {'spec', 'relations', 'missing', 'resolved'}: as proxy_spec returns it; dict of input to relation, a file being a
  temporary view; labels of relations that are not in the warehouse; as resolve_proxies returns it, none where there are
  such.
-#}
{%- macro preview_proxies() -%}
  {%- set spec = whence.proxy_spec() -%}
  {%- set relations, missing = {}, [] -%}
  {%- for name, input in (spec.inputs.items() if spec is not none else []) -%}
    {%- set relation = whence.preview_relation(input, input.field ~ '.file', 'factor_proxies') -%}
    {%- do relations.update({name: relation}) -%}
    {%- if not adapter.get_columns_in_relation(relation) -%}
      {%- do missing.append(input.label) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set rates = ref('whence', 'proxy_rates') -%}
  {%- if 'yields' in relations and load_relation(rates) is none -%}
    {%- do missing.append('the seed proxy_rates') -%}
  {%- endif -%}
  {%- set resolved = none if spec is none or missing
    else whence.resolve_proxies(spec, relations, whence.proxy_rate_columns(rates)) -%}
  {{ return({'spec': spec, 'relations': relations, 'missing': missing, 'resolved': resolved}) }}
{%- endmacro -%}
