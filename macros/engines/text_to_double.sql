{#-
  A text that looks like a number as a double; null where it is out of range.

  expression: SQL of type text.
-#}
{%- macro text_to_double(expression) -%}
  {{ return(adapter.dispatch('text_to_double', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__text_to_double(expression) -%}
  {{ return('try_cast(' ~ expression ~ ' as ' ~ whence.type_double() ~ ')') }}
{%- endmacro -%}

{#- Postgres has no try_cast: an exponent beyond the range of a double is ruled out before the cast. -#}
{%- macro postgres__text_to_double(expression) -%}
  {{ return(
    "case when abs(coalesce(cast(substring(" ~ expression ~ " from '[eE]([-+]?[0-9]+)$') as integer), 0)) < 290"
    ~ " and length(" ~ expression ~ ") < 300 then cast(" ~ expression ~ " as double precision) end"
  ) }}
{%- endmacro -%}
