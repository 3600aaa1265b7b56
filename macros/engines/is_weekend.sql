{#-
  True where a date is a Saturday or a Sunday.

  date: SQL of type date.
-#}
{%- macro is_weekend(date) -%}
  {{ return(adapter.dispatch('is_weekend', 'whence')(date)) }}
{%- endmacro -%}

{%- macro default__is_weekend(date) -%}
  {{ return('(extract(isodow from ' ~ date ~ ') >= 6)') }}
{%- endmacro -%}

{%- macro spark__is_weekend(date) -%}
  {{ return('(dayofweek(' ~ date ~ ') in (1, 7))') }}
{%- endmacro -%}
