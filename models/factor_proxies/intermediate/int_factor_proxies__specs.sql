{#- The declared factor proxies brought together with the columns of their relations; later models read them here. -#}
{%- set sources = whence.proxy_sources() -%}
{%- set rates = ref('proxy_rates') -%}
{%- set resolved = whence.resolve_proxies(sources.spec, sources.relations, whence.proxy_rate_columns(rates))
    if execute and sources is not none else none -%}

{{ whence.proxy_spec_rows(resolved) }}
