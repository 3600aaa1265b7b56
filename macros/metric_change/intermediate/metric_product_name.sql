{#- The column of the sum of products of two slots over units; the second within the whole with ends '_total'. -#}
{%- macro metric_product_name(first, second, ends) -%}
  {%- set names = [first, second] if ends else [first, second] | sort -%}
  {{ return('product_' ~ names | join('_') ~ ends) }}
{%- endmacro -%}
