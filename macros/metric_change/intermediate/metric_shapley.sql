{#-
  Shapley value of one factor in the change of a product: its difference, times the products of the others over all ways
  to have some of them at their current and the rest at their baseline value, weighted by how often an order of the
  factors meets that way (Shapley 1953). The values of all factors add up to the change of the product exactly; a factor that
  is 1 on both sides changes nothing.

  factors: list of the names of the factors, to be found with the prefixes baseline_ and current_.
  factor: one of them.
-#}
{%- macro metric_shapley(factors, factor) -%}
  {%- set others = factors | reject('equalto', factor) | list -%}
  {%- set n = others | length -%}
  {%- set factorials = [1] -%}
  {%- for i in range(1, n + 2) -%}
    {%- do factorials.append(factorials[-1] * i) -%}
  {%- endfor -%}
  {%- set terms = [] -%}
  {%- for subset in range(2 ** n) -%}
    {%- set product = [] -%}
    {%- set size = namespace(n=0) -%}
    {%- for other in others -%}
      {%- set is_current = (subset // 2 ** loop.index0) % 2 == 1 -%}
      {%- do product.append(('current_' if is_current else 'baseline_') ~ other) -%}
      {%- set size.n = size.n + (1 if is_current else 0) -%}
    {%- endfor -%}
    {%- set ways = factorials[size.n] * factorials[n - size.n] -%}
    {%- do terms.append((product + [ways ~ '.0']) | join(' * ')) -%}
  {%- endfor -%}
  {{ return(
    '(' ~ whence.metric_difference('current_' ~ factor, 'baseline_' ~ factor) ~ ') * (' ~ terms | join(' + ') ~ ') / ' ~ factorials[n + 1] ~ '.0'
  ) }}
{%- endmacro -%}
