{#-
  A text that looks like a number as a double; null where it is out of range.

  expression: SQL of type text.
-#}
{%- macro text_to_double(expression) -%}
  {{ return(adapter.dispatch('text_to_double', 'whence')(expression)) }}
{%- endmacro -%}

{%- macro default__text_to_double(expression) -%}
  {{ return(whence.finite('try_cast(' ~ expression ~ ' as ' ~ whence.type_double() ~ ')')) }}
{%- endmacro -%}

{#-
  Postgres has no try_cast, and its cast stops on what a double cannot hold: with an exponent, a numeric tells first.
  Smaller numbers are zero, as elsewhere.
-#}
{%- macro postgres__text_to_double(expression) -%}
  {%- set size = 'abs(cast(' ~ expression ~ ' as numeric))' -%}
  {%- set as_double = 'cast(' ~ expression ~ ' as double precision)' -%}
  {{ return(
    "case when length(" ~ expression ~ ") >= 300 then null"
    ~ " when " ~ expression ~ " !~ '[eE]' then " ~ as_double
    ~ " when " ~ expression ~ " !~ '[eE][-+]?[0-9]{1,3}$' or " ~ size ~ " >= 1.7976931348623158e308 then null"
    ~ " when " ~ size ~ " < 2.5e-324 then 0"
    ~ " else " ~ as_double ~ " end"
  ) }}
{%- endmacro -%}
