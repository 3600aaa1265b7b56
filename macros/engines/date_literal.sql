{#-
  A date as an SQL literal.

  value: an ISO date text; none gives a typed null.
-#}
{%- macro date_literal(value) -%}
  {%- if value is none -%}
    {{ return('cast(null as date)') }}
  {%- endif -%}
  {{ return('cast(' ~ whence.text_literal(value) ~ ' as date)') }}
{%- endmacro -%}
