{#-
  Growth from one positive number to another, a decimal. Both lie between 1e-30 and 1e30, so that no engine stops.

  last, first: SQL of type double.
-#}
{%- macro signal_growth(last, first) -%}
  {{ return('(' ~ last ~ ' / ' ~ first ~ ' - 1)') }}
{%- endmacro -%}
