{#-
  The variance of what one side adds to a change: the sum of squares over observations, see metric_error_parts. Null
  where it is not known. What the baseline adds is still to be scaled.

  side: baseline or current.
  of_rest: false for the change itself, true for the unexpected change.
-#}
{%- macro metric_variance(side, of_rest=false) -%}
  {%- set own = side ~ ('_rest' if of_rest else '') -%}
  {%- set alpha, beta, gamma, delta = own ~ '_alpha', own ~ '_beta', side ~ '_rest_gamma', side ~ '_rest_delta' -%}
  {%- set m = {} -%}
  {%- for name in ['nn', 'nd', 'dd', 'nn_total', 'nd_total', 'dn_total', 'dd_total'] -%}
    {%- do m.update({name: 'coalesce(' ~ side ~ '_' ~ name ~ ', 0)'}) -%}
  {%- endfor -%}
  {%- for name in ['nn', 'nd', 'dd'] -%}
    {%- do m.update({'whole_' ~ name: 'coalesce(whole_' ~ side ~ '_' ~ name ~ ', 0)'}) -%}
  {%- endfor -%}
  {%- set squares = [alpha ~ ' * ' ~ alpha ~ ' * ' ~ m.nn, beta ~ ' * ' ~ beta ~ ' * ' ~ m.dd] -%}
  {%- set products = ['- 2 * ' ~ alpha ~ ' * ' ~ beta ~ ' * ' ~ m.nd] -%}
  {%- if of_rest -%}
    {%- do squares.extend([gamma ~ ' * ' ~ gamma ~ ' * ' ~ m.whole_nn, delta ~ ' * ' ~ delta ~ ' * ' ~ m.whole_dd]) -%}
    {%- do products.extend([
      '- 2 * ' ~ alpha ~ ' * ' ~ gamma ~ ' * ' ~ m.nn_total, '+ 2 * ' ~ alpha ~ ' * ' ~ delta ~ ' * ' ~ m.nd_total,
      '+ 2 * ' ~ beta ~ ' * ' ~ gamma ~ ' * ' ~ m.dn_total, '- 2 * ' ~ beta ~ ' * ' ~ delta ~ ' * ' ~ m.dd_total,
      '- 2 * ' ~ gamma ~ ' * ' ~ delta ~ ' * ' ~ m.whole_nd,
    ]) -%}
  {%- endif -%}
  {%- set size = squares | join(' + ') -%}
  {%- set sum = '(' ~ size ~ ' ' ~ products | join(' ') ~ ')' -%}
case
    when
        is_measurable = 1 and {{ side }}_is_known = 1
        and {{ m.whole_nn }} < 1e40 and {{ m.whole_dd }} < 1e40 and {{ m.nn }} < 1e40 and {{ m.dd }} < 1e40
        -- below 1e-12 of its terms a difference of squares is rounding: the observations do not vary
        then case when {{ sum }} <= 1e-12 * ({{ size }}) then 0 else {{ sum }} end
end
{%- endmacro -%}
