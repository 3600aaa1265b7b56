{#-
  How many dimension columns the cells of several analyses need; at least one.

  analyses: list of resolved analyses.
-#}
{%- macro metric_dimension_count(analyses) -%}
  {%- set counts = [1] -%}
  {%- for resolved in analyses -%}
    {%- do counts.append(resolved.dimensions | length) -%}
  {%- endfor -%}
  {{ return(counts | max) }}
{%- endmacro -%}
