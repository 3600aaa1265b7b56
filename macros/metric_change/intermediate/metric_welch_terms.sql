{#-
  The reciprocal of the degrees of freedom of Welch and Satterthwaite, of the difference of the means of two samples, from
  the shares of each in its variance.
-#}
{%- macro metric_welch_terms() -%}
  {%- set terms = [] -%}
  {%- for side in ['baseline', 'current'] -%}
    {%- set share = whence.safe_divide(side ~ '_variance', 'variance') -%}
    {%- do terms.append(whence.safe_divide(whence.safe_multiply(share, share), side ~ '_n_rows - 1')) -%}
  {%- endfor -%}
  {{ return(terms | join(' + ')) }}
{%- endmacro -%}
