{#-
  Additive LMDI-I of one factor in the change of a product of factors that are not negative: the logarithmic mean of both
  values of the product times the logarithm of the factor's change (Ang 2005, Energy Policy 33, 867-871). Where the
  product is 0 on one side it is the limit (Ang and Liu 2007, Energy Policy 35, 238-246): all of the other side's value,
  shared by the factors that are 0 there. The values of all factors add up to the change of the product.

  factors: list of the names of the factors, to be found with the prefixes baseline_ and current_.
  factor: one of them.
  product: name of the product, with the same prefixes.
-#}
{%- macro metric_lmdi(factors, factor, product) -%}
  {%- set zeros = {} -%}
  {%- for side in ['baseline', 'current'] -%}
    {%- set counts = [] -%}
    {%- for name in factors -%}
      {%- do counts.append('case when ' ~ side ~ '_' ~ name ~ ' = 0 then 1 else 0 end') -%}
    {%- endfor -%}
    {%- do zeros.update({side: '(' ~ counts | join(' + ') ~ ')'}) -%}
  {%- endfor -%}
  {%- set b, c = 'baseline_' ~ product, 'current_' ~ product -%}
  {#- near equality the difference of logarithms has no digits left; the mean does -#}
  {%- set mean -%}
case
            when abs({{ c }} - {{ b }}) <= 1e-5 * {{ b }} then ({{ b }} + {{ c }}) / 2 - ({{ c }} - {{ b }}) * (({{ c }} - {{ b }}) / ({{ b }} + {{ c }})) / 6
            else ({{ c }} - {{ b }}) / (ln({{ c }}) - ln({{ b }}))
        end
  {%- endset -%}
  {{ return(
    'case when ' ~ b ~ ' = 0 and ' ~ c ~ ' = 0 then 0'
    ~ ' when ' ~ b ~ ' = 0 then case when baseline_' ~ factor ~ ' = 0 then ' ~ c ~ ' / nullif(' ~ zeros.baseline ~ ', 0) else 0 end'
    ~ ' when ' ~ c ~ ' = 0 then case when current_' ~ factor ~ ' = 0 then -' ~ b ~ ' / nullif(' ~ zeros.current ~ ', 0) else 0 end'
    ~ ' else (' ~ mean ~ ') * (ln(current_' ~ factor ~ ') - ln(baseline_' ~ factor ~ ')) end'
  ) }}
{%- endmacro -%}
