{#-
  The value that a common signal has on a date; the mean where it varies among assets.

  signal: SQL of type double.
-#}
{%- macro signal_common_value(signal) -%}
  {{ return(
    'case when min(' ~ signal ~ ') = max(' ~ signal ~ ') then max(' ~ signal ~ ') else avg(' ~ signal ~ ') end'
  ) }}
{%- endmacro -%}
