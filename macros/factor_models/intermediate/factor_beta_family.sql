{#-
  The tests that a beta is adjusted among: those of all assets on the same factor; the portfolio's on all factors are a
  family of their own. No factor is named PORTFOLIO, and bars in names are escaped, so that no two families meet.

  betas: name of a relation with model, asset, factor.
-#}
{%- macro factor_beta_family(betas) -%}
  {{ return(whence.segment_label([
    "'factor_betas'", betas ~ '.model',
    'case when ' ~ betas ~ ".asset = 'PORTFOLIO' then 'PORTFOLIO' else " ~ betas ~ '.factor end',
  ])) }}
{%- endmacro -%}
