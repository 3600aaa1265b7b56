{#-
  The family of tests that the residual segments of a metric belong to: SQL of type text.

  relation: alias of rows with analysis and metric.
-#}
{%- macro metric_residual_family(relation) -%}
  {{ return(whence.segment_label(["'metric_residual_segments'", relation ~ '.analysis', relation ~ '.metric', "'residual_change'"])) }}
{%- endmacro -%}
