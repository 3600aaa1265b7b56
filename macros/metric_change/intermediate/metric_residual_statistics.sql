{#-
  What is tested of residuals: of every segment whether its mean misfit moved, in the family of its analysis and metric.

  residuals: relation or CTE with the columns of metric_residuals.
  Columns: family, key, statistic, distribution, df, df_2; see hypothesis_tests of dbt_whence.inference.
-#}
{%- macro metric_residual_statistics(residuals) -%}
select
    {{ whence.metric_residual_family('residuals') }} as family,
    {{ whence.segment_label(['residuals.dimensions', 'residuals.segment']) }} as key,
    residuals.statistic,
    residuals.distribution,
    residuals.df,
    cast(null as {{ whence.type_double() }}) as df_2
from {{ residuals }} as residuals
where residuals.statistic is not null
{%- endmacro -%}
