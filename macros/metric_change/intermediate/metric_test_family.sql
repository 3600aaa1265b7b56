{#-
  The family of tests that a row of metric_changes belongs to: SQL of type text.

  table: the public table that shows the result.
  tested: change or unexpected_change.
  relation: alias of the rows.
-#}
{%- macro metric_test_family(table, tested, relation) -%}
  {%- set parts = ["'" ~ table ~ "'"] -%}
  {%- for column in ['analysis', 'metric', 'dimensions'] -%}
    {%- do parts.append(relation ~ '.' ~ column) -%}
  {%- endfor -%}
  {{ return(whence.segment_label(parts + ["'" ~ tested ~ "'"])) }}
{%- endmacro -%}
