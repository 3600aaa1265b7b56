{#-
  Number of letters to insert, drop, replace or swap with a neighbour to make one word of another
  (optimal string alignment), case aside.

  left, right: texts.
-#}
{%- macro edit_distance(left, right) -%}
  {%- set a = left | lower -%}
  {%- set b = right | lower -%}
  {%- set state = namespace(before=[], previous=range(b | length + 1) | list) -%}
  {%- for i in range(a | length) -%}
    {%- set row = [i + 1] -%}
    {%- for j in range(b | length) -%}
      {%- set cost = 0 if a[i] == b[j] else 1 -%}
      {%- set options = [row[j] + 1, state.previous[j + 1] + 1, state.previous[j] + cost] -%}
      {%- if i > 0 and j > 0 and a[i] == b[j - 1] and a[i - 1] == b[j] -%}
        {%- do options.append(state.before[j - 1] + 1) -%}
      {%- endif -%}
      {%- do row.append(options | min) -%}
    {%- endfor -%}
    {%- set state.before = state.previous -%}
    {%- set state.previous = row -%}
  {%- endfor -%}
  {{ return(state.previous[-1]) }}
{%- endmacro -%}
