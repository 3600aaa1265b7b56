{#-
  An aggregate: texts joined with a separator, in a given order.

  expression: SQL of type text.
  separator: text between two.
  order_by: SQL of a total order.
-#}
{%- macro join_texts(expression, separator, order_by) -%}
  {{ return(adapter.dispatch('join_texts', 'whence')(expression, separator, order_by)) }}
{%- endmacro -%}

{%- macro default__join_texts(expression, separator, order_by) -%}
  {{ return('string_agg(' ~ expression ~ ', ' ~ whence.text_literal(separator) ~ ' order by ' ~ order_by ~ ')') }}
{%- endmacro -%}
