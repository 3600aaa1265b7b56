{#-
  The declared factor proxies, checked as far as that goes without the warehouse, every default filled in: the user's, or
  the demo's where this project itself is run without.

  Returns none where nothing is declared, else a dict: the fields of proxy_rules, with inputs (a dict of relation name to a
  relation as check_input returns it, only those given), plus field.
-#}
{%- macro proxy_spec() -%}
  {%- set is_demo = project_name == 'whence' and var('whence_factor_proxies', none) is none -%}
  {%- set field = 'whence_demo_factor_proxies' if is_demo else 'whence_factor_proxies' -%}
  {%- set given = whence.yaml_var(field) -%}
  {%- if not given and given is not string -%}
    {{ return(none) }}
  {%- elif given is not mapping and given is not string and given is iterable -%}
    {%- do whence.config_error(
      field, 'is a list; expected one mapping such as {prices: my_prices}: there is one panel, and portfolios are keyed'
      ~ ' inside it'
    ) -%}
  {%- endif -%}
  {{ return(whence.check_proxies(field, given)) }}
{%- endmacro -%}
