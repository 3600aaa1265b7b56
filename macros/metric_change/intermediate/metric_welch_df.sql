{#-
  Degrees of freedom of the difference of two totals over days, by Welch and Satterthwaite; null where units or records
  are counted, whose number is itself random.

  baseline_variance, current_variance: SQL of the variances of the two totals.
-#}
{%- macro metric_welch_df(baseline_variance, current_variance) -%}
  {%- set baseline_term = whence.safe_divide(
    baseline_variance ~ ' * ' ~ baseline_variance, 'total_baseline_n_days - 1'
  ) -%}
  {%- set current_term = whence.safe_divide(current_variance ~ ' * ' ~ current_variance, 'total_current_n_days - 1') -%}
  {%- set sum = baseline_variance ~ ' + ' ~ current_variance -%}
  {{ return(whence.safe_divide('(' ~ sum ~ ') * (' ~ sum ~ ')', baseline_term ~ ' + ' ~ current_term)) }}
{%- endmacro -%}
