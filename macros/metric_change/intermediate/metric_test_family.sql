{#-
  The family of tests that a row of metric_changes belongs to: SQL of type text.

  tested: change or unexpected_change.
  relation: alias of the rows, where columns need one.
-#}
{%- macro metric_test_family(tested, relation=none) -%}
  {%- set prefix = relation ~ '.' if relation is not none else '' -%}
  {{ return(whence.segment_label([
    "'metric_movers'", prefix ~ 'analysis', prefix ~ 'metric', prefix ~ 'dimensions', "'" ~ tested ~ "'",
  ])) }}
{%- endmacro -%}
