{#-
  A date some days later.

  date, days: SQL, of type date and integer.
-#}
{%- macro add_days(date, days) -%}
  {{ return(adapter.dispatch('add_days', 'whence')(date, days)) }}
{%- endmacro -%}

{%- macro default__add_days(date, days) -%}
  {{ return('cast(' ~ date ~ ' + cast(' ~ days ~ ' as integer) as date)') }}
{%- endmacro -%}

{%- macro spark__add_days(date, days) -%}
  {{ return('date_add(' ~ date ~ ', cast(' ~ days ~ ' as int))') }}
{%- endmacro -%}
