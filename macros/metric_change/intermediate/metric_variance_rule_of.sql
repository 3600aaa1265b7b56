{#-
  The variance rule of each analysis, read back for the models whose SQL depends on it.

  rules: relation of int_metric_change__variance_rules.
  Returns a dict of declared analysis to rule; empty while parsing or before the table is built.
-#}
{%- macro metric_variance_rule_of(rules) -%}
  {%- set found = {} -%}
  {%- if execute and load_relation(rules) is not none -%}
    {%- for row in run_query('select analysis_group, variance_rule from ' ~ rules).rows -%}
      {%- do found.update({row[0]: row[1]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro -%}
