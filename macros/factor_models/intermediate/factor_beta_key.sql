{#-
  What is tested within the family of a beta: the asset, or the factor for the portfolio.

  betas: name of a relation with asset, factor.
-#}
{%- macro factor_beta_key(betas) -%}
  {{ return("case when " ~ betas ~ ".asset = 'PORTFOLIO' then " ~ betas ~ '.factor else ' ~ betas ~ '.asset end') }}
{%- endmacro -%}
