{#-
  What a sentence about a segment begins with: 'revenue of United Kingdom (country)'. Long labels are cut; evidence keeps
  them whole.

  row: alias of a relation with metric, segment and dimensions.
-#}
{%- macro metric_insight_subject(row) -%}
  {%- set parts = [] -%}
  {%- for column in ['metric', 'segment', 'dimensions'] -%}
    {%- do parts.append(whence.shorten_text(row ~ '.' ~ column)) -%}
  {%- endfor -%}
  {{ return(parts[0] ~ " || ' of ' || " ~ parts[1] ~ " || ' (' || " ~ parts[2] ~ " || ')'") }}
{%- endmacro -%}
