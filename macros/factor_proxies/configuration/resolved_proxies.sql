{#- The resolved factor proxies as resolve_proxies returns them; none where there are none, or while parsing. -#}
{%- macro resolved_proxies() -%}
  {{ return(whence.resolved_specs('int_factor_proxies__specs') | first | default(none)) }}
{%- endmacro -%}
