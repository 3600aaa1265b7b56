{#-
  A return over several rows of the sum of their logarithms of growth: null beyond 1e60, -1 (all is lost) below 1e-60, so
  that no engine stops.

  log_growth: SQL of type double.
-#}
{%- macro signal_compounded(log_growth) -%}
  {{ return(
    '(case when ' ~ log_growth ~ ' < -138 then 0 when ' ~ log_growth ~ ' <= 138 then exp(' ~ log_growth ~ ') end - 1)'
  ) }}
{%- endmacro -%}
