{#-
  How many sets dimension_sets returns, without making them.

  n: number of dimensions.
  max_depth: largest size.
-#}
{%- macro dimension_set_count(n, max_depth) -%}
  {%- set count = namespace(all=0, size=1) -%}
  {%- for size in range(1, [max_depth, n] | min + 1) -%}
    {%- set count.size = count.size * (n - size + 1) // size -%}
    {%- set count.all = count.all + count.size -%}
  {%- endfor -%}
  {{ return(count.all + (1 if n > max_depth else 0)) }}
{%- endmacro -%}
