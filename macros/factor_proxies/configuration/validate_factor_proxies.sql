{#- Checks the declared factor proxies and prints what they resolve to; part of validate_config. -#}
{%- macro validate_factor_proxies() -%}
  {%- set found = whence.preview_proxies() -%}
  {%- if found.spec is not none and found.resolved is none -%}
    {%- do print(
      'factor proxies: ' ~ found.missing | join(', ') ~ (' is' if found.missing | length == 1 else ' are')
      ~ ' not in the warehouse yet; columns are checked once built'
    ) -%}
  {%- elif found.spec is not none -%}
    {%- do whence.print_proxies(found.resolved) -%}
  {%- endif -%}
{%- endmacro -%}
