{#-
  Every set of up to max_depth dimensions in their declared order, and the full one.

  dimensions: list (of anything).
  max_depth: largest size.
  Returns a list of lists of positions (from 0), small sets first; empty without dimensions.
-#}
{%- macro dimension_sets(dimensions, max_depth) -%}
  {%- set n = dimensions | length -%}
  {%- set sets = [] -%}
  {%- set state = namespace(smaller=[[]]) -%}
  {%- for size in range(1, [max_depth, n] | min + 1) -%}
    {%- set larger = [] -%}
    {%- for positions in state.smaller -%}
      {%- for next in range(positions[-1] + 1 if positions else 0, n) -%}
        {%- do larger.append(positions + [next]) -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- do sets.extend(larger) -%}
    {%- set state.smaller = larger -%}
  {%- endfor -%}
  {%- if n > max_depth -%}
    {%- do sets.append(range(n) | list) -%}
  {%- endif -%}
  {{ return(sets) }}
{%- endmacro -%}
