{#-
  The slope of a date: least squares of forward returns on a signal, with an intercept, over at least 3 assets that differ.

  forward, signal: SQL of type double, null together.
-#}
{%- macro signal_slope(forward, signal) -%}
  {{ return(
    'case when count(' ~ signal ~ ') >= 3 and ' ~ whence.signal_varies('min(' ~ signal ~ ')', 'max(' ~ signal ~ ')')
    ~ ' then '
    ~ whence.finite('regr_slope(' ~ forward ~ ', ' ~ signal ~ ')') ~ ' end'
  ) }}
{%- endmacro -%}
