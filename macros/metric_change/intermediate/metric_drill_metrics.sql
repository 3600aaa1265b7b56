{#-
  The metrics of an analysis that a drill-down can split: those whose numerator and denominator the cells hold.

  resolved: as resolve_metric_analysis returns it.
-#}
{%- macro metric_drill_metrics(resolved) -%}
  {{ return(
    resolved.metrics | rejectattr('errors', 'none') | rejectattr('errors.n', 'equalto', 'units')
    | rejectattr('errors.d', 'equalto', 'units') | list
  ) }}
{%- endmacro -%}
