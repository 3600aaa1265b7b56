{#-
  The name of a node across analyses and metrics, under which its split is compared as an analysis of its own.

  relation: alias of the rows, with analysis, metric and path.
-#}
{%- macro metric_branch_key(relation) -%}
  {{ return(whence.segment_label([relation ~ '.analysis', relation ~ '.metric', relation ~ '.path'])) }}
{%- endmacro -%}
