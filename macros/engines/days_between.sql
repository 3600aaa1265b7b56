{#-
  Whole days from one date to another.

  first, last: SQL of type date.
-#}
{%- macro days_between(first, last) -%}
  {{ return(adapter.dispatch('days_between', 'whence')(first, last)) }}
{%- endmacro -%}

{%- macro default__days_between(first, last) -%}
  {{ return('(' ~ last ~ ' - ' ~ first ~ ')') }}
{%- endmacro -%}

{%- macro spark__days_between(first, last) -%}
  {{ return('datediff(' ~ last ~ ', ' ~ first ~ ')') }}
{%- endmacro -%}
