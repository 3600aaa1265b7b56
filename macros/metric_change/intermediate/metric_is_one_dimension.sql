{#-
  True for the label of a set of one dimension: labels join names with ' | ', and escape it within a name.

  dimensions: SQL of the label.
-#}
{%- macro metric_is_one_dimension(dimensions) -%}
  {{ return('replace(' ~ dimensions ~ ", ' | ', '') = " ~ dimensions) }}
{%- endmacro -%}
