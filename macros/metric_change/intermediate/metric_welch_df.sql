{#-
  Degrees of freedom of the difference of two totals over days, by Welch and Satterthwaite; null where units or records
  are counted, whose number is itself random.

  baseline_variance, current_variance: SQL of the variances of the two totals.
-#}
{%- macro metric_welch_df(baseline_variance, current_variance) -%}
  {%- set share = whence.safe_divide(baseline_variance, baseline_variance ~ ' + ' ~ current_variance) -%}
  {%- set terms = [] -%}
  {%- for part, side in [(share, 'baseline'), ('1 - ' ~ share, 'current')] -%}
    {%- set part = '(' ~ whence.bounded('(' ~ part ~ ')') ~ ')' -%}
    {%- do terms.append(whence.safe_divide(part ~ ' * ' ~ part, 'total_' ~ side ~ '_n_days - 1')) -%}
  {%- endfor -%}
  {{ return(whence.safe_divide(1, terms | join(' + '))) }}
{%- endmacro -%}
