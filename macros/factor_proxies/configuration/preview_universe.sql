{#-
  The declared factor proxies and the reference, for operations on the universe; stops with a clear error where relations or
  seeds that they read are not in the warehouse.

  otherwise: what to print where nothing is declared.
  Returns what preview_proxies returns; none where nothing is declared.
-#}
{%- macro preview_universe(otherwise) -%}
  {%- set found = whence.preview_proxies() -%}
  {%- if found.spec is none -%}
    {%- do print('whence: whence_factor_proxies is not set; ' ~ otherwise) -%}
    {{ return(none) }}
  {%- elif load_relation(ref('whence', 'proxy_etfs')) is none or load_relation(ref('whence', 'proxy_industries')) is none -%}
    {%- do whence.config_error(
      found.spec.field ~ '.universe', 'the reference is not in the warehouse; run dbt seed --select factor_proxies first'
    ) -%}
  {%- elif found.resolved is none -%}
    {%- do whence.config_error(
      found.spec.field, found.missing | join(', ') ~ (' is' if found.missing | length == 1 else ' are')
      ~ ' not in the warehouse; build that first'
    ) -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro -%}

{#-
  CTEs to begin a query on the universe with: universe (the user's relation), etfs (the reference), found (as proxy_universe).

  resolved, relations: see preview_proxies.
-#}
{%- macro universe_ctes(resolved, relations) -%}
with universe as (

    {{ whence.proxy_input_rows(resolved, {'relations': relations}, 'universe') }}

),

etfs as (

    select * from {{ ref('whence', 'proxy_etfs') }}

),

found as (

    {{ whence.proxy_universe('universe', 'etfs', resolved) }}

)
{%- endmacro -%}
