{#-
  Quotient in doubles; null where the divisor is zero or null, or the result is not a finite double.

  numerator, denominator: SQL, any numeric type.
-#}
{%- macro safe_divide(numerator, denominator) -%}
  {%- set n = 'cast(' ~ numerator ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {%- set d = 'cast(' ~ denominator ~ ' as ' ~ whence.type_double() ~ ')' -%}
  {{ return(adapter.dispatch('safe_divide', 'whence')(n, d)) }}
{%- endmacro -%}

{%- macro default__safe_divide(n, d) -%}
  {{ return('(' ~ whence.finite('(' ~ n ~ ' / nullif(' ~ d ~ ', 0))') ~ ')') }}
{%- endmacro -%}

{#- Postgres stops on overflow and on underflow, so both are ruled out by logarithms first. -#}
{%- macro postgres__safe_divide(n, d) -%}
  {%- set magnitude = 'ln(abs(' ~ n ~ ')) - ln(abs(' ~ d ~ '))' -%}
  {{ return(
    '(case when ' ~ d ~ ' = 0 or ' ~ d ~ ' is null then null when ' ~ n ~ ' = 0 then 0'
    ~ ' when ' ~ magnitude ~ ' > 709 then null when ' ~ magnitude ~ ' < -708 then 0'
    ~ ' else ' ~ n ~ ' / ' ~ d ~ ' end)'
  ) }}
{%- endmacro -%}
