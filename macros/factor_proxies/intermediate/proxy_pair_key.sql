{#-
  The key of a test on two series, the same in both orders: names as JSON texts, so that no two pairs share one.

  left, right: SQL of the names.
-#}
{%- macro proxy_pair_key(left, right) -%}
  {%- set first = 'case when ' ~ whence.text_order(left) ~ ' <= ' ~ whence.text_order(right) ~ ' then ' -%}
  {{ return(
    whence.json_string(first ~ left ~ ' else ' ~ right ~ ' end') ~ " || ', ' || "
    ~ whence.json_string(first ~ right ~ ' else ' ~ left ~ ' end')
  ) }}
{%- endmacro -%}
