{#-
  SQL of a part of a metric by metric_no, as a double; null where a metric has no such part.

  metrics: list of metrics with errors.
  part: n, d, nn, nd or dd.
  relation: alias of the rows that hold the slots.
-#}
{%- macro metric_part_case(metrics, part, relation) -%}
  {%- set choices = {} -%}
  {%- for metric in metrics -%}
    {%- if metric.errors[part] is not none -%}
      {%- do choices.update({
        loop.index0: 'cast(' ~ relation ~ '.' ~ metric.errors[part] ~ ' as ' ~ whence.type_double() ~ ')',
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(whence.metric_case(choices)) }}
{%- endmacro -%}
