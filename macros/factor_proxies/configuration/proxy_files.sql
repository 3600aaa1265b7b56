{#-
  The files that factor proxies read, each once.

  Returns a list of {'path', 'field'}.
-#}
{%- macro proxy_files() -%}
  {%- set named = [] -%}
  {%- for input in (whence.proxy_spec() or {'inputs': {}}).inputs.values() -%}
    {%- do named.append([input, input.field]) -%}
  {%- endfor -%}
  {{ return(whence.declared_files(named)) }}
{%- endmacro -%}
