{#-
  The first day of the week (Monday), month, quarter or year of a date.

  grain: week, month, quarter or year.
  date: SQL of type date.
-#}
{%- macro truncate_date(grain, date) -%}
  {{ return(adapter.dispatch('truncate_date', 'whence')(grain, date)) }}
{%- endmacro -%}

{#- Through timestamp: Postgres would truncate a date as timestamp with time zone. -#}
{%- macro default__truncate_date(grain, date) -%}
  {{ return("cast(date_trunc('" ~ grain ~ "', cast(" ~ date ~ " as timestamp)) as date)") }}
{%- endmacro -%}
