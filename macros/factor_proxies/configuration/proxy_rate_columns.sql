{#-
  The usual names of the columns of yields.

  rates: relation with the columns of the seed proxy_rates.
  Returns a dict of maturity to a list of names; empty before the seed is loaded.
-#}
{%- macro proxy_rate_columns(rates) -%}
  {%- set names = {} -%}
  {%- if execute and load_relation(rates) is not none -%}
    {%- for maturity, listed in run_query('select maturity, column_names from ' ~ rates ~ ' order by months').rows -%}
      {%- do names.update({maturity: listed.split(', ')}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(names) }}
{%- endmacro -%}
