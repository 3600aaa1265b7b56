{#-
  How many drivers the panel of the regressions holds: the most that an analysis has, at least 1.

  analyses: list of resolved analyses.
-#}
{%- macro metric_panel_width(analyses) -%}
  {%- set counts = [1] -%}
  {%- for resolved in analyses if resolved.drivers is not none -%}
    {%- do counts.append(resolved.drivers.expressions | length) -%}
  {%- endfor -%}
  {{ return(counts | max) }}
{%- endmacro -%}
