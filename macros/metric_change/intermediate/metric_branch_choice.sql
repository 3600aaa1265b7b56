{#-
  SQL that picks by the number of a dimension: its name, or a column of its.

  resolved: as resolve_metric_analysis returns it.
  dimension_no: SQL, from 1.
  relation: alias whose columns dimension_1 ... are picked from; none for the name.
-#}
{%- macro metric_branch_choice(resolved, dimension_no, relation=none) -%}
  {%- set whens = [] -%}
  {%- for dimension in resolved.dimensions -%}
    {%- set choice = whence.text_literal(dimension.name) if relation is none else relation ~ '.dimension_' ~ loop.index -%}
    {%- do whens.append('when ' ~ loop.index ~ ' then ' ~ choice) -%}
  {%- endfor -%}
  {{ return('case ' ~ dimension_no ~ ' ' ~ whens | join(' ') ~ ' end') }}
{%- endmacro -%}
