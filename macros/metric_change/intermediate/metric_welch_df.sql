{#-
  Degrees of freedom of the difference of two totals over days, by Welch and Satterthwaite; null where units or records
  are counted, whose number is itself random.

  variance_share: column that holds the share of the baseline's total in the sum of the variances of both.
-#}
{%- macro metric_welch_df(variance_share) -%}
  {%- set terms = [] -%}
  {%- for part, side in [(variance_share, 'baseline'), ('1 - ' ~ variance_share, 'current')] -%}
    {%- set part = '(' ~ whence.bounded('(' ~ part ~ ')') ~ ')' -%}
    {%- do terms.append(whence.safe_divide(part ~ ' * ' ~ part, 'total_' ~ side ~ '_n_days - 1')) -%}
  {%- endfor -%}
  {{ return(whence.safe_divide(1, terms | join(' + '))) }}
{%- endmacro -%}
