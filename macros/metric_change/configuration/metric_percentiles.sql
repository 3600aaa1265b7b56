{#- The percentiles that metric_segments has a column for: dict of share to column name. -#}
{%- macro metric_percentiles() -%}
  {{ return({0.1: 'p10', 0.25: 'p25', 0.5: 'p50', 0.75: 'p75', 0.9: 'p90', 0.95: 'p95', 0.99: 'p99'}) }}
{%- endmacro -%}
