{#-
  Product in doubles; null where the result is not a finite double.

  left, right: SQL, any numeric type.
-#}
{%- macro safe_multiply(left, right) -%}
  {%- set a = 'cast(' ~ left ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {%- set b = 'cast(' ~ right ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {{ return(adapter.dispatch('safe_multiply', 'whence')(a, b)) }}
{%- endmacro -%}

{%- macro default__safe_multiply(a, b) -%}
  {{ return('(' ~ whence.finite('(' ~ a ~ ' * ' ~ b ~ ')') ~ ')') }}
{%- endmacro -%}

{#- Postgres stops on overflow and on underflow, so both are ruled out by logarithms first. -#}
{%- macro postgres__safe_multiply(a, b) -%}
  {%- set magnitude = 'ln(abs(' ~ a ~ ')) + ln(abs(' ~ b ~ '))' -%}
  {{ return(
    '(case when ' ~ a ~ ' is null or ' ~ b ~ ' is null then null when ' ~ a ~ ' = 0 or ' ~ b ~ ' = 0 then 0'
    ~ ' when ' ~ magnitude ~ ' > 709 then null when ' ~ magnitude ~ ' < -708 then 0'
    ~ ' else ' ~ a ~ ' * ' ~ b ~ ' end)'
  ) }}
{%- endmacro -%}
