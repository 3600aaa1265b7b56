{#-
  How likely a driver is extensive, that is summed (orders, units) rather than a rate (price, conversion): told from its
  name and type, or given. Of the factors of a product, the first of the lowest rank is the extensive one.

  name: of the driver.
  family: type family of the column; none for an expression.
  drivers: the drivers settings, with the lists extensive and intensive.
  Returns 0 (given as extensive) to 4 (given as intensive).
-#}
{%- macro metric_driver_rank(name, family, drivers) -%}
  {%- set lower = name | lower -%}
  {%- if lower in drivers.extensive | map('lower') -%}
    {{ return(0) }}
  {%- elif lower in drivers.intensive | map('lower') -%}
    {{ return(4) }}
  {%- endif -%}
  {%- set rates = '(^|[_ ])(price|prices|rate|ratio|share|avg|average|mean|median|per|pct|percent|percentage|conversion|cvr|margin'
    ~ '|discount|yield|index|intensity|density|speed|aov|arpu|arppu|asp|cpc|cpm|cpa|ctr|roi|roas|aht|utilization|utilisation'
    ~ '|frequency|probability|factor|multiplier|unit_cost|fx)([_ ]|$)|price$|rate$|ratio$' -%}
  {%- if family is none or modules.re.search(rates, lower) -%}
    {{ return(3) }}
  {%- endif -%}
  {{ return(1 if family == 'integer' else 2) }}
{%- endmacro -%}
